import type { Requester } from '../../kernel/requester.ts';
import * as decisions from '../../store/decisions.ts';
import type { DecisionFilter, StoredDecision } from '../../store/decisions.ts';
import { defineRead } from '../define.ts';

interface Wanted extends DecisionFilter {
  /** Those older than this one. */
  readonly before: number | undefined;
  readonly limit: number;
}

interface Page {
  /** Newest first. */
  readonly decisions: readonly StoredDecision[];
  /** Where the next page begins; undefined at the end. */
  readonly next: number | undefined;
}

/** What modules decided, those of a moment ago too. */
export const listDecisions = defineRead({
  name: 'list-decisions',
  async prepare(context, _who: Requester, { before, limit, ...filter }: Wanted): Promise<Page> {
    await context.decisionTrail.flush();
    const found = await context.read(() => decisions.list(filter, before, limit + 1));
    const page = found.slice(0, limit);
    return { decisions: page, next: found.length > limit ? page.at(-1)?.id : undefined };
  },
});
