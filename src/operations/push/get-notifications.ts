import type { JsonObject } from '../../core/json.ts';
import type { RoomId } from '../../core/identifiers.ts';
import type { Action } from '../../core/push-rules/actions.ts';
import { evaluatePushRules } from '../../core/push-rules/evaluate-push-rules.ts';
import { prepareEvent } from '../../core/push-rules/prepare-event.ts';
import { clientEvents } from '../../engine/events/client-event.ts';
import { viewerOf, type Viewer } from '../../engine/events/viewer.ts';
import { pushContextIn } from '../../engine/notifications/push-context.ts';
import { isRead } from '../../engine/notifications/is-read.ts';
import type { Work } from '../../kernel/work.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';
import * as notified from '../../store/notified.ts';
import type { Context } from '../context.ts';
import { defineRead } from '../define.ts';

interface Query {
  /** The newest position that is looked at; undefined to begin with the newest event. */
  readonly from: number | undefined;
  readonly limit: number;
  /** Only what is highlighted. */
  readonly highlighted: boolean;
}

interface Notification {
  readonly actions: readonly Action[];
  readonly event: JsonObject;
  readonly isRead: boolean;
  readonly roomId: RoomId;
  /** Milliseconds since the epoch. */
  readonly ts: number;
}
interface Notifications {
  readonly notifications: readonly Notification[];
  /** Where the next page begins; undefined when there is nothing older. */
  readonly next: number | undefined;
}

/** Positions that are looked at together, events of them, and how often that is done for one request. */
const WINDOW = 10_000;
const PAGE = 100;
const MAX_PAGES = 20;

/** What the user was notified of, newest first: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3notifications */
export const getNotifications = defineRead({
  name: 'get-notifications',
  async prepare(context, who, query: Query): Promise<Notifications> {
    const { position } = context.notifier;
    const viewer = await context.read(() => viewerOf(who, position));
    const found: Notification[] = [];
    let upTo = Math.min(query.from ?? position, position);
    for (let page = 0; page < MAX_PAGES && upTo > 0; page++) {
      const { notifications, next } = await context.read(() => pageUpTo(upTo, query.limit - found.length, query, viewer, context));
      found.push(...notifications);
      upTo = next;
      if (found.length === query.limit) break;
    }
    return { notifications: found, next: upTo > 0 ? upTo : undefined };
  },
});

interface Page {
  readonly notifications: readonly Notification[];
  /** The newest position that was not looked at. */
  readonly next: number;
}

function* pageUpTo(upTo: number, limit: number, { highlighted }: Query, viewer: Viewer, { rulesets, clock }: Context): Work<Page> {
  const events = yield* notified.received(viewer.userId, upTo - WINDOW, upTo, PAGE);
  const rules = yield* rulesets.of(viewer.userId);
  const members = yield* memberships.findIn([...new Set(events.map(({ event }) => event.roomId))], viewer.userId);
  const notifications: Notification[] = [];
  for (const stored of events) {
    if (notifications.length === limit) return { notifications, next: stored.pos };
    const { event } = stored;
    const member = members.get(event.roomId);
    if (member === undefined || viewer.ignored?.has(event.sender) === true) continue;
    const contextOf = yield* pushContextIn(event.roomId);
    const verdict = evaluatePushRules(rules, prepareEvent(event), contextOf(member, event));
    if (verdict.notify && (verdict.highlight || !highlighted)) {
      notifications.push(yield* notificationOf(stored, verdict.actions, viewer, clock.now()));
    }
  }
  return { notifications, next: events.length < PAGE ? upTo - WINDOW : (events.at(-1)?.pos ?? 0) - 1 };
}

function* notificationOf(stored: StoredEvent, actions: readonly Action[], viewer: Viewer, now: number): Work<Notification> {
  const [event] = yield* clientEvents([stored], viewer, now, { withoutRoomId: true });
  const { roomId, originServerTs } = stored.event;
  return { actions, event: event ?? {}, isRead: yield* isRead(stored, viewer.userId), roomId, ts: originServerTs };
}
