import type { ModuleChange, ModuleEdit } from '../../kernel/module-administration.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';

interface Draft {
  readonly edit: ModuleEdit;
  readonly who: Requester;
  /** What came of it, once it is done. */
  readonly change: ModuleChange | undefined;
}

/**
 * Changes, adds or removes a module of the running server, in its configuration file too.
 * @throws MatrixError when it cannot be done; then nothing has changed
 */
export const changeModules = defineOperation({
  name: 'change-modules',
  prepare: (_context, who: Requester, edit: ModuleEdit): Draft => ({ edit, who, change: undefined }),
  async arrange(context, draft) {
    const change = await context.moduleAdministration.change(draft.edit);
    const { started, ended } = change;
    context.log.info({ userId: draft.who.userId, change: draft.edit.kind, started, ended }, 'an administrator has changed the modules');
    return { ...draft, change };
  },
  // Nothing of it is in the database.
  *commit({ change }): Work<ModuleChange> {
    if (change === undefined) throw new Error('The modules were not changed');
    return change;
  },
});
