import type { Caller } from '../../kernel/requester.ts';
import * as pushQueue from '../../store/push-queue.ts';
import type { Push } from '../../store/push-queue.ts';
import { defineOperation } from '../define.ts';

interface LookedAt {
  readonly pushes: readonly Push[];
  /** Up to where the events were looked at. */
  readonly upTo: number;
}

/** Queues what users are to be told, together with the place up to which the events were looked at. */
export const queuePushes = defineOperation({
  name: 'queue-pushes',
  prepare: (context, _who: Caller, input: LookedAt) => ({ ...input, now: context.clock.now() }),
  commit: ({ pushes, upTo, now }) => pushQueue.add(pushes, upTo, now),
});
