import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as decisionTraces from '../../store/decision-traces.ts';
import * as decisions from '../../store/decisions.ts';
import { defineOperation } from '../define.ts';

/**
 * Deletes some of what is kept of decisions for too long, or is too much.
 * @returns how many rows are gone, and whether there may be more to delete
 */
export const pruneDecisions = defineOperation({
  name: 'prune-decisions',
  prepare: ({ clock, config }, _who: Caller, { size }: { readonly size: number }) => ({ now: clock.now(), size, ...config.decisions }),
  *commit({ now, size, keep, max_entries: most }): Work<{ readonly gone: number; readonly isMore: boolean }> {
    yield* decisionTraces.removeEnded(now);
    return yield* decisions.prune(now - keep, most, size);
  },
});
