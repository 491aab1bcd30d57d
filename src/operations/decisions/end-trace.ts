import { notFound } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as decisionTraces from '../../store/decision-traces.ts';
import { defineOperation } from '../define.ts';

/** Switches a trace off. @throws M_NOT_FOUND */
export const endTrace = defineOperation({
  name: 'end-trace',
  prepare: (_context, _who: Requester, traceId: string) => traceId,
  *commit(traceId): Work<void> {
    const wasOn = /^\d{1,15}$/.test(traceId) && (yield* decisionTraces.remove(Number(traceId)));
    if (!wasOn) throw notFound(`There is no trace ${traceId}`);
  },
});
