import type { CallbackFigures } from '../../kernel/decisions.ts';
import type { AdministeredModule } from '../../kernel/module-administration.ts';
import type { Requester } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** A module with its numbers since the server started. */
export interface ListedModule extends AdministeredModule {
  readonly figures: readonly CallbackFigures[];
}

/** The modules of the running server, in the order in which they are asked. */
export const listModules = defineRead({
  name: 'list-modules',
  prepare(context, _who: Requester, _input: undefined): readonly ListedModule[] {
    const figures = context.moduleFigures();
    return context.moduleAdministration.list().map((module) => ({
      ...module,
      figures: figures.filter((each) => each.module === module.name && each.shadow === (module.mode === 'shadow')),
    }));
  },
});
