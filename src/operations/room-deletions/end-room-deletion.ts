import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as roomDeletions from '../../store/room-deletions.ts';
import { defineOperation } from '../define.ts';

/** A deletion is over. `error`: why it failed, if it did. */
export const endRoomDeletion = defineOperation({
  name: 'end-room-deletion',
  prepare: (_context, _who: Caller, ending: { readonly deleteId: string; readonly error: string | undefined }) => ending,
  *commit({ deleteId, error }): Work<void> {
    yield* roomDeletions.end(deleteId, error);
  },
});
