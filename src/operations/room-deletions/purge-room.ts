import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as roomDeletions from '../../store/room-deletions.ts';
import type { RoomDeletion } from '../../store/room-deletions.ts';
import { purgePart } from '../../store/room-purge.ts';
import { defineOperation } from '../define.ts';

/** Deletes a part of what is known of a room; with the last part the deletion is over. */
export const purgeRoom = defineOperation({
  name: 'purge-room',
  prepare: ({ clock }, _who: Caller, { deleteId, roomId }: RoomDeletion) => ({ deleteId, roomId, now: clock.now() }),
  *commit({ deleteId, roomId, now }): Work<void> {
    const isMore = yield* purgePart(roomId, now);
    yield* isMore ? roomDeletions.advance(deleteId) : roomDeletions.end(deleteId, undefined);
  },
});
