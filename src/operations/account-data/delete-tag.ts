import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import * as tags from '../../store/tags.ts';
import { defineOperation } from '../define.ts';
import { onlyOwn } from '../only-own.ts';

interface Untagging {
  readonly userId: UserId;
  readonly roomId: RoomId;
  readonly tag: string;
}

/** Takes a tag away, if it is there: https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3useruseridroomsroomidtagstag */
export const deleteTag = defineOperation({
  name: 'delete-tag',
  prepare(_context, who, input: Untagging) {
    onlyOwn(who, input.userId, 'The tags');
    return input;
  },
  *commit({ userId, roomId, tag }): Work<void> {
    const before = yield* tags.ofRoom(userId, roomId);
    if (!Object.hasOwn(before, tag)) return;
    const { [tag]: _removed, ...rest } = before;
    yield* tags.put(userId, roomId, rest);
  },
});
