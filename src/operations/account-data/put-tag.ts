import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { invalidParam } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as tags from '../../store/tags.ts';
import { defineOperation } from '../define.ts';
import { onlyOwn } from '../only-own.ts';

interface Tagging {
  readonly userId: UserId;
  readonly roomId: RoomId;
  readonly tag: string;
  /** `order` and whatever else a client keeps with the tag. */
  readonly content: JsonObject;
}

const MAX_NAME_BYTES = 255;
/** The tags of a room are one piece of account data: it shall not grow without end. */
const MAX_TAGS = 100;

/** https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3useruseridroomsroomidtagstag */
export const putTag = defineOperation({
  name: 'put-tag',
  prepare(_context, who, input: Tagging) {
    onlyOwn(who, input.userId, 'The tags');
    if (Buffer.byteLength(input.tag) > MAX_NAME_BYTES) throw invalidParam(`The name of a tag may have at most ${MAX_NAME_BYTES} bytes`);
    return input;
  },
  *commit({ userId, roomId, tag, content }): Work<void> {
    const before = yield* tags.ofRoom(userId, roomId);
    if (!Object.hasOwn(before, tag) && Object.keys(before).length >= MAX_TAGS) {
      throw invalidParam(`A room may have at most ${MAX_TAGS} tags: remove one first`);
    }
    yield* tags.put(userId, roomId, { ...before, [tag]: content });
  },
});
