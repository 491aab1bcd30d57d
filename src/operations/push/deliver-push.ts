import { stringAt, type JsonObject } from '../../core/json.ts';
import { isStillNews } from '../../engine/notifications/is-still-news.ts';
import { badgeNotification, eventNotification } from '../../engine/notifications/push-notification.ts';
import { notifyGateway } from '../../engine/notifications/push-gateway.ts';
import { viewerOf } from '../../engine/events/viewer.ts';
import type { Caller } from '../../kernel/requester.ts';
import { onBehalfOf } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import * as pushQueue from '../../store/push-queue.ts';
import type { QueuedPush } from '../../store/push-queue.ts';
import * as pushers from '../../store/pushers.ts';
import type { Pusher } from '../../store/pushers.ts';
import * as users from '../../store/users.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

interface Delivery {
  readonly pusherId: number;
  /** Fires when the server ends. */
  readonly signal: AbortSignal;
}

/** The first thing in the queue of a pusher. */
interface Due {
  readonly pusher: Pusher;
  readonly push: QueuedPush;
}

type Outcome =
  | { readonly as: 'sent'; readonly badge: number; readonly rejected: readonly string[] }
  /** There is no reason (any more) to send it. */
  | { readonly as: 'dropped' }
  | { readonly as: 'failed'; readonly retryTs: number };

/** The first and the longest time to wait for a gateway that fails, and for how long something is worth telling (ms). */
const FIRST_RETRY = 1_000;
const LONGEST_RETRY = 3_600_000;
const GIVE_UP = 24 * 3_600_000;

/**
 * Sends the first notification in the queue of a pusher to its gateway, and notes what came of it.
 * @returns whether it is worth going on with the next one
 */
export const deliverPush = defineOperation({
  name: 'deliver-push',
  async prepare(context, _who: Caller, { pusherId, signal }: Delivery, ask) {
    const due = await context.read(() => dueOf(pusherId));
    if (due === undefined) return undefined;
    const isExpired = (): Promise<boolean> => ask('is_user_expired', due.pusher.userId);
    return { due, outcome: await attempt(context, due, signal, isExpired) };
  },
  *commit(draft): Work<boolean> {
    if (draft === undefined) return false;
    const { pusher, push } = draft.due;
    const { outcome } = draft;
    if (outcome.as === 'failed') {
      yield* pushers.noteFailure(pusher.pusherId, outcome.retryTs);
      return false;
    }
    yield* pushQueue.remove(push.pushId);
    if (outcome.as === 'dropped') return true;
    yield* pushers.noteSuccess(pusher.pusherId, outcome.badge);
    for (const pushkey of outcome.rejected) yield* pushers.removeRejected(pusher.appId, pushkey);
    return true;
  },
});

function* dueOf(pusherId: number): Work<Due | undefined> {
  const pusher = yield* pushers.find(pusherId);
  const push = pusher && (yield* pushQueue.next(pusherId));
  return pusher && push && { pusher, push };
}

async function attempt(context: Context, due: Due, signal: AbortSignal, isExpired: () => Promise<boolean>): Promise<Outcome> {
  const { pusher, push } = due;
  const now = context.clock.now();
  if (now - push.createdTs > GIVE_UP) return { as: 'dropped' };
  try {
    const badge = await context.badges.of(pusher.userId);
    const notification = await context.read(() => notificationOf(due, badge, context.notifier.position));
    if (notification === undefined || (await isExpired())) return { as: 'dropped' };
    const rejected = await notifyGateway(context.outgoing, stringAt(pusher.data, 'url') ?? '', notification.body, signal);
    // A gateway can speak only for the pushkeys that it was asked about.
    return { as: 'sent', badge: notification.badge, rejected: rejected.filter((pushkey) => pushkey === pusher.pushkey) };
  } catch (error) {
    if (signal.aborted) throw error;
    context.log.info({ error, userId: pusher.userId, appId: pusher.appId }, 'a notification could not be pushed; it will be tried again');
    return { as: 'failed', retryTs: now + Math.min(FIRST_RETRY * 2 ** pusher.failures, LONGEST_RETRY) };
  }
}

interface Notification {
  readonly body: JsonObject;
  /** The count of unread messages that it tells. */
  readonly badge: number;
}

/** @returns undefined when there is nothing (more) to tell */
function* notificationOf({ pusher, push }: Due, badge: number, position: number): Work<Notification | undefined> {
  const user = yield* users.find(pusher.userId);
  if (user === undefined || user.isDeactivated || user.isLocked) return undefined;
  const viewer = yield* viewerOf(onBehalfOf(pusher.userId), position);
  const stored = push.eventPos === undefined ? undefined : yield* events.findAt(push.eventPos);
  if (push.eventPos !== undefined && (stored === undefined || !(yield* isStillNews(stored, viewer)))) return undefined;
  if (stored !== undefined) return { badge, body: yield* eventNotification(pusher, push, stored, badge) };
  return badge === pusher.badge ? undefined : { badge, body: badgeNotification(pusher, badge) };
}
