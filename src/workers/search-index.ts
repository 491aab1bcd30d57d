import type { Notifier } from '../engine/notifier.ts';
import type { SearchIndex } from '../engine/search/search-index.ts';
import type { Queue } from './queue-worker.ts';

/** So many positions may wait for a search: the words of many events together cost a part of what they would cost one by one. */
const MAY_WAIT = 250;

/** The words of new events are indexed once there are enough of them. */
export const searchIndexQueue = (index: SearchIndex, notifier: Notifier): Queue<{ readonly upTo: number }> => ({
  name: 'search index',
  topic: 'queue:events',
  after(last) {
    const { position } = notifier;
    return Promise.resolve(last !== undefined || position - index.reached < MAY_WAIT ? [] : [{ upTo: position }]);
  },
  work: ({ upTo }) => index.catchUp(upTo),
  drop: () => Promise.resolve(),
});
