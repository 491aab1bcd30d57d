import type { CallbackFigures } from '../../kernel/decisions.ts';
import type { Requester } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** How often modules were asked since the server started, what they answered, and how long it took. */
export const getModuleFigures = defineRead({
  name: 'get-module-figures',
  prepare: (context, _who: Requester, _input: undefined): readonly CallbackFigures[] => context.moduleFigures(),
});
