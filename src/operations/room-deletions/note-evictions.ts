import type { UserId } from '../../core/identifiers.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as roomDeletions from '../../store/room-deletions.ts';
import { defineOperation } from '../define.ts';

/** Some members of a room that is being deleted have left; `failures` could not be made to. */
export const noteEvictions = defineOperation({
  name: 'note-evictions',
  prepare: (_context, _who: Caller, evictions: { readonly deleteId: string; readonly failures: readonly UserId[] }) => evictions,
  *commit({ deleteId, failures }): Work<void> {
    for (const userId of failures) yield* roomDeletions.addFailure(deleteId, userId);
    yield* roomDeletions.advance(deleteId);
  },
});
