import type { Caller } from '../../kernel/requester.ts';
import * as eventSearch from '../../store/event-search.ts';
import { defineOperation } from '../define.ts';

/** Makes the next events findable by their words, towards a position. @returns the position that was reached */
export const indexEvents = defineOperation({
  name: 'index-events',
  prepare: (_context, _who: Caller, upTo: number) => upTo,
  commit: (upTo) => eventSearch.indexTowards(upTo),
});
