import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as roomDeletions from '../../store/room-deletions.ts';
import type { RoomDeletion } from '../../store/room-deletions.ts';
import { purgePart } from '../../store/room-purge.ts';
import { defineOperation } from '../define.ts';

/** Deletes a part of what is known of a room; with the last part the deletion is over. @returns how many rows went */
export const purgeRoom = defineOperation({
  name: 'purge-room',
  prepare: ({ clock }, _who: Caller, part: Pick<RoomDeletion, 'deleteId' | 'roomId'> & { readonly size: number }) => ({ ...part, now: clock.now() }),
  *commit({ deleteId, roomId, size, now }): Work<number> {
    const gone = yield* purgePart(roomId, now, size);
    yield* gone > 0 ? roomDeletions.advance(deleteId) : roomDeletions.end(deleteId, undefined);
    return gone;
  },
});
