import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as decisionTraces from '../../store/decision-traces.ts';
import * as decisions from '../../store/decisions.ts';
import { defineOperation } from '../define.ts';

/** Deletes some of what is kept of decisions for too long, or is too much. @returns whether there may be more to delete */
export const pruneDecisions = defineOperation({
  name: 'prune-decisions',
  prepare: ({ clock, config }, _who: Caller, _input: undefined) => ({ now: clock.now(), ...config.decisions }),
  *commit({ now, keep, max_entries: most }): Work<boolean> {
    yield* decisionTraces.removeEnded(now);
    return yield* decisions.prune(now - keep, most);
  },
});
