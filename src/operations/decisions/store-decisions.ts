import type { TrailEntry } from '../../engine/decisions/decision-trail.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as decisions from '../../store/decisions.ts';
import { defineOperation } from '../define.ts';

/** Stores what modules decided, and what came of it. */
export const storeDecisions = defineOperation({
  name: 'store-decisions',
  prepare: (_context, _who: Caller, entries: readonly TrailEntry[]) => entries,
  *commit(entries): Work<void> {
    for (const entry of entries) {
      if ('decision' in entry) yield* decisions.add(entry.decision);
      else yield* decisions.conclude(entry.concluded);
    }
  },
});
