import { notifiedUsers } from '../engine/notifications/notified-users.ts';
import type { Rulesets } from '../engine/notifications/rulesets.ts';
import type { Notifier } from '../engine/notifier.ts';
import type { Reader } from '../kernel/database.ts';
import type { Run } from '../kernel/operation.ts';
import { SERVER_ITSELF } from '../kernel/requester.ts';
import { queuePushes } from '../operations/push/queue-pushes.ts';
import * as pushQueue from '../store/push-queue.ts';
import * as pushers from '../store/pushers.ts';
import type { Queue } from './queue-worker.ts';

/** A stretch of the stream whose events are looked at for pushes. */
interface Stretch {
  readonly after: number;
  readonly upTo: number;
}

/** Positions that are looked at together, and that may pass with nothing to push before the place is written down. */
const STRETCH = 50;
const UNWRITTEN = 5_000;

/** New events are looked at for whom they notify, and queued for these users' pushers. */
export function notifiedUsersQueue(reader: Reader, run: Run, notifier: Notifier, rulesets: Rulesets): Queue<Stretch> {
  /** Up to where the events were looked at; what is written down may be further behind. */
  let reached = 0;
  let written = 0;
  return {
    name: 'notified users',
    topic: 'queue:events',
    async after(last) {
      if (last !== undefined && reached < last.upTo) return [];
      const { position } = notifier;
      if (!(await reader.read(() => pushers.exist()))) {
        reached = position;
        return [];
      }
      written = await reader.read(() => pushQueue.cursor());
      reached = Math.max(reached, written);
      return reached < position ? [{ after: reached, upTo: Math.min(position, reached + STRETCH) }] : [];
    },
    async work({ after, upTo }) {
      for (let from = after; from < upTo; from = reached) {
        const found = await notifiedUsers(reader, rulesets, from, upTo);
        if (found.pushes.length > 0 || found.upTo - written >= UNWRITTEN) await run(queuePushes, SERVER_ITSELF, found);
        reached = found.upTo;
      }
    },
    drop: () => Promise.resolve(),
  };
}
