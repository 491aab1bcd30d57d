import { withDirectRoom } from '../../core/direct-rooms.ts';
import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as accountData from '../../store/account-data.ts';
import { defineOperation } from '../define.ts';

interface DirectRoom {
  /** With whom it is. */
  readonly other: UserId;
  readonly roomId: RoomId;
}

/** Notes that a room is a direct chat of the user's, whatever they or their clients change in that list at the same time. */
export const addDirectRoom = defineOperation({
  name: 'add-direct-room',
  prepare: (_context, { userId }: Requester, room: DirectRoom) => ({ userId, ...room }),
  /** @returns the list, where it has changed */
  *commit({ userId, other, roomId }): Work<JsonObject | undefined> {
    const content = (yield* accountData.find(userId, undefined, 'm.direct')) ?? {};
    const changed = withDirectRoom(content, other, roomId);
    if (changed !== undefined) yield* accountData.put(userId, undefined, 'm.direct', changed);
    return changed;
  },
  listeners: ({ userId }, changed) => ({ on_account_data_updated: changed === undefined ? [] : [[userId, undefined, 'm.direct', changed]] }),
});
