import type { CallbackFigures } from '../../kernel/decisions.ts';
import type { AdministeredModule, LeakyModule } from '../../kernel/module-administration.ts';
import type { Requester } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** A module with its numbers since the server started. */
export interface ListedModule extends AdministeredModule {
  readonly figures: readonly CallbackFigures[];
}

export interface ListedModules {
  /** In the order in which they are asked. */
  readonly running: readonly ListedModule[];
  /** Those that are no longer there and left something open. */
  readonly removed: readonly LeakyModule[];
}

/** The modules of the running server. */
export const listModules = defineRead({
  name: 'list-modules',
  prepare(context, _who: Requester, _input: undefined): ListedModules {
    const { moduleAdministration } = context;
    const figures = context.moduleFigures();
    const running = moduleAdministration.list().map((module) => ({
      ...module,
      figures: figures.filter((each) => each.module === module.name && each.shadow === (module.mode === 'shadow')),
    }));
    return { running, removed: moduleAdministration.removed() };
  },
});
