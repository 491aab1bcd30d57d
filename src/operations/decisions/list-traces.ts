import type { Requester } from '../../kernel/requester.ts';
import * as decisionTraces from '../../store/decision-traces.ts';
import { defineRead } from '../define.ts';

/** The traces that are on. */
export const listTraces = defineRead({
  name: 'list-traces',
  prepare: (context, _who: Requester, _input: undefined) => context.read(() => decisionTraces.list(context.clock.now())),
});
