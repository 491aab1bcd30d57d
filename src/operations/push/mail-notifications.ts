import { unreadNotice, type UnreadRoom } from '../../engine/mail/messages.ts';
import { unreadPushes, type UnreadPushes } from '../../engine/notifications/unread-pushes.ts';
import { viewerOf } from '../../engine/events/viewer.ts';
import type { UserId } from '../../core/identifiers.ts';
import { onBehalfOf, type Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as mails from '../../store/mails.ts';
import type { Mail } from '../../store/mails.ts';
import * as pushQueue from '../../store/push-queue.ts';
import type { QueuedPush } from '../../store/push-queue.ts';
import * as pushers from '../../store/pushers.ts';
import type { Pusher } from '../../store/pushers.ts';
import * as users from '../../store/users.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

/** How long something has to be unread to be worth a mail (ms): who is there has read it by then. */
const PATIENCE = 600_000;
/** The first and the longest time without a mail after one (ms); it doubles as long as the user does not read what they were told of. */
const FIRST_PAUSE = 3_600_000;
const LONGEST_PAUSE = 24 * 3_600_000;
/** Of how many messages a mail tells at most. */
const MAX_MESSAGES = 500;
/** How long the mail server has to take the mail (ms). */
const LIFETIME = 24 * 3_600_000;

interface Waiting {
  readonly pusher: Pusher;
  /** Up to here the queue is done with. */
  readonly upTo: number;
  readonly outcome: Outcome;
}
type Outcome =
  /** Nothing was unread for long enough. */
  | { readonly as: 'later'; readonly retryTs: number }
  /** Everything was read, or nobody is to be told. */
  | { readonly as: 'dropped' }
  | { readonly as: 'mailed'; readonly mail: Mail; readonly pause: number; readonly retryTs: number };

/**
 * Tells a user by mail what they have not read: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3pushersset
 * All that waits goes into one mail, and after a mail there is silence for a while, so that nobody is flooded.
 * @returns whether it is worth going on at once
 */
export const mailNotifications = defineOperation({
  name: 'mail-notifications',
  async prepare(context, _who: Caller, pusherId: number, ask): Promise<Waiting | undefined> {
    const due = await context.read(function* () {
      const pusher = yield* pushers.find(pusherId);
      const oldest = pusher && (yield* pushQueue.next(pusherId));
      return pusher && oldest && { pusher, oldest, pushes: yield* pushQueue.newest(pusherId, MAX_MESSAGES) };
    });
    const newest = due?.pushes[0];
    if (due === undefined || newest === undefined) return undefined;
    const { pusher, pushes } = due;
    const later = (push: QueuedPush): Waiting => ({
      pusher,
      upTo: push.pushId - 1,
      outcome: { as: 'later', retryTs: push.createdTs + PATIENCE },
    });
    const isYoung = ({ createdTs }: QueuedPush): boolean => createdTs + PATIENCE > context.clock.now();
    if (isYoung(due.oldest)) return later(due.oldest);
    const isExpired = await ask('is_user_expired', pusher.userId);
    const { rooms, oldest } = await context.read(function* () {
      if (isExpired || !(yield* isReachable(pusher.userId))) return NOTHING;
      return yield* unreadPushes(yield* viewerOf(onBehalfOf(pusher.userId), context.notifier.position), pushes);
    });
    if (oldest !== undefined && isYoung(oldest)) return later(oldest);
    return { pusher, upTo: newest.pushId, outcome: await mailAbout(context, pusher, rooms) };
  },
  *commit(waiting): Work<boolean> {
    if (waiting === undefined) return false;
    const { outcome, upTo } = waiting;
    const { pusherId, mailPause } = waiting.pusher;
    yield* pushQueue.removeUpTo(pusherId, upTo);
    if (outcome.as === 'later') {
      yield* pushers.noteMailed(pusherId, mailPause, outcome.retryTs);
      return false;
    }
    if (outcome.as === 'dropped') yield* pushers.noteMailed(pusherId, undefined, 0);
    else {
      yield* mails.add(outcome.mail);
      yield* pushers.noteMailed(pusherId, outcome.pause, outcome.retryTs);
    }
    return outcome.as === 'dropped';
  },
});

const NOTHING: UnreadPushes = { rooms: [], oldest: undefined };

function* isReachable(userId: UserId): Work<boolean> {
  const user = yield* users.find(userId);
  return user !== undefined && !user.isDeactivated && !user.isLocked;
}

async function mailAbout(context: Context, pusher: Pusher, rooms: readonly UnreadRoom[]): Promise<Outcome> {
  const { config, clock, serverName } = context;
  if (rooms.length === 0 || config.mail === undefined || pusher.unsubscribeToken === undefined) return { as: 'dropped' };
  const now = clock.now();
  const told = rooms.reduce((sum, { isInvite, count }) => sum + (isInvite ? 0 : count), 0);
  // More is unread than this mail tells of: what the last one told is still among it.
  const unread = await context.badges.of(pusher.userId);
  const pause = unread > told && pusher.mailPause !== undefined ? Math.min(2 * pusher.mailPause, LONGEST_PAUSE) : FIRST_PAUSE;
  const unsubscribeUrl = `${config.public_baseurl ?? ''}/_plexus/client/email/unsubscribe?token=${pusher.unsubscribeToken}`;
  const notice = unreadNotice(pusher.userId, serverName, rooms, unsubscribeUrl);
  return { as: 'mailed', pause, retryTs: now + pause, mail: { recipient: pusher.pushkey, ...notice, expiresTs: now + LIFETIME, unsubscribeUrl } };
}
