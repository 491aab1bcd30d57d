import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';

interface ModuleWork {
  /** Works on what is the module's own. */
  work(): Work<unknown>;
}

/** Runs a module's work on its own tables and values, in one transaction. */
export const runModuleWork = defineOperation({
  name: 'run-module-work',
  prepare: (_context, _who: Caller, input: ModuleWork) => input,
  *commit(draft): Work<unknown> {
    return yield* draft.work();
  },
});
