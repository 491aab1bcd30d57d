import { invalidParam } from '../../kernel/errors.ts';
import type { Trace } from '../../kernel/decisions.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as decisionTraces from '../../store/decision-traces.ts';
import { defineOperation } from '../define.ts';

const KINDS = ['user', 'room', 'module'] as const;

interface NewTrace {
  /** One of them. */
  readonly subject: { readonly [K in (typeof KINDS)[number]]?: string };
  readonly untilTs: number;
}

/** Whoever forgets a trace must not fill the database for ever (ms). */
const LONGEST = 30 * 24 * 3_600_000;

/** From now on each answer about a user, a room or of a module is noted. @throws M_INVALID_PARAM */
export const startTrace = defineOperation({
  name: 'start-trace',
  prepare(context, who: Requester, { subject, untilTs }: NewTrace) {
    const createdTs = context.clock.now();
    if (untilTs <= createdTs) throw invalidParam('until_ts has passed already');
    if (untilTs > createdTs + LONGEST) throw invalidParam('A trace can be on for at most 30 days');
    const [named, ...others] = KINDS.flatMap((kind) => (subject[kind] === undefined ? [] : [{ kind, value: subject[kind] }]));
    if (named === undefined || others.length > 0) throw invalidParam('A trace is of one of user, room and module');
    return { ...named, untilTs, createdBy: who.userId, createdTs };
  },
  *commit(trace): Work<Trace> {
    return yield* decisionTraces.add(trace);
  },
});
