import { LRUCache } from 'lru-cache';
import { growingTo } from '../../core/growing-to.ts';
import { isState, type Event } from '../../core/event.ts';
import type { EventId, RoomId, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { evaluatePushRules, type CompiledRuleset } from '../../core/push-rules/evaluate-push-rules.ts';
import { threadOf, type ThreadId } from '../../core/threads.ts';
import { together } from '../../kernel/together.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';
import * as receipts from '../../store/receipts.ts';
import * as timeline from '../../store/timeline.ts';
import type { Viewer } from '../events/viewer.ts';
import type { Notifier } from '../notifier.ts';
import { prepareOnce } from './prepared-events.ts';
import { pushContextsIn, type PushContextOf } from './push-context.ts';
import type { Rulesets } from './rulesets.ts';

/** Rooms of users whose counts are remembered. */
const MAX_COUNTED = 50_000;
/** How many events are read at once, and how many unread ones are looked at in a room: nobody reads a larger number. */
const PAGE = 100;
const MAX_LOOKED_AT = 2_000;
/** In how many rooms: a page of each is held at the same time. */
const ROOMS_AT_ONCE = 10;

/** Where more rooms than this are to be looked at, it pays to ask first in which of them anything was said at all. */
const MANY = 3;

export interface ThreadCounts {
  readonly notifications: number;
  readonly highlights: number;
}

export type UnreadInRoom = ReadonlyMap<ThreadId, ThreadCounts>;

/** One event that notifies. */
interface Notification {
  readonly eventId: EventId;
  readonly sender: UserId;
  readonly pos: number;
  readonly thread: ThreadId;
  readonly highlight: boolean;
}

/** An event that is looked at. */
interface Sighted {
  readonly event: Event;
  readonly pos: number;
  readonly isRedacted: boolean;
}

/** A room of a user, with what is known and what is to be looked at. */
interface Reading {
  readonly member: memberships.Membership;
  readonly counted: Counted;
  readonly read: receipts.ReadUpTo;
  /** What comes before is read, or came before the user joined. */
  readonly start: number;
}

interface Counted {
  readonly rules: CompiledRuleset;
  /** The events after `from` up to `upTo` were looked at. */
  readonly from: number;
  upTo: number;
  /** True before anything was looked at. */
  isNew: boolean;
  notifications: Notification[];
  /** Where the user last said something, by thread: whoever speaks has read what came before. */
  readonly spoken: Map<ThreadId, number>;
}

/**
 * What is unread by users in rooms: https://spec.matrix.org/v1.19/client-server-api/#receiving-notifications
 * Push rules are evaluated when somebody asks, not when an event is sent, so that a message in a large room costs nothing for those who
 * are away. What was looked at is remembered in memory and read from the store again after a restart.
 */
export class UnreadCounts {
  readonly #counted = new LRUCache<string, Counted>(growingTo(MAX_COUNTED));
  readonly #rulesets: Rulesets;
  readonly #notifier: Pick<Notifier, 'mayHaveChanged'>;

  constructor(rulesets: Rulesets, notifier: Pick<Notifier, 'mayHaveChanged'>) {
    this.#rulesets = rulesets;
    this.#notifier = notifier;
  }

  /** What a user has not read of rooms that they have joined, up to a position, by thread; threads without notifications are left out. */
  *of({ userId, ignored }: Viewer, roomIds: readonly RoomId[], upTo: number): Work<ReadonlyMap<RoomId, UnreadInRoom>> {
    const members = yield* memberships.findIn(roomIds, userId);
    const read = yield* receipts.readUpTo(userId, roomIds);
    const rules = yield* this.#rulesets.of(userId);
    const readings = [...members.values()]
      .filter(({ membership }) => membership === 'join')
      .map((member) => this.#reading(member, rules, read.get(member.roomId) ?? receipts.NOTHING_READ));
    const maybe = readings.filter(({ member, counted }) => this.#isStirred(member.roomId, counted, upTo));
    const stirred = maybe.length > MANY ? yield* withoutQuiet(maybe, userId, upTo) : maybe;
    const contextIn = yield* pushContextsIn(stirred.map(({ member }) => member.roomId));
    for (let start = 0; start < stirred.length; start += ROOMS_AT_ONCE) {
      const some = stirred.slice(start, start + ROOMS_AT_ONCE);
      yield* together(some.map((reading) => this.#lookAt(reading, contextIn(reading.member.roomId), upTo)));
    }
    const isHeard = ({ sender }: Notification): boolean => ignored?.has(sender) !== true;
    return new Map(readings.map((reading) => [reading.member.roomId, tally(unreadIn(reading, upTo).filter(isHeard))]));
  }

  #reading(member: memberships.Membership, rules: CompiledRuleset, read: receipts.ReadUpTo): Reading {
    const start = Math.max(member.joinedPos ?? member.pos, read.unthreaded);
    return { member, counted: this.#known(member, rules, start), read, start };
  }

  /** Whether there may be events that were not looked at. Most of the rooms of a user stand still, and cost no question. */
  #isStirred(roomId: RoomId, counted: Counted, upTo: number): boolean {
    return counted.upTo < upTo && (counted.isNew || this.#notifier.mayHaveChanged(`room:${roomId}`, counted.upTo));
  }

  #known({ userId, roomId }: memberships.Membership, rules: CompiledRuleset, start: number): Counted {
    const key = `${userId}\0${roomId}`;
    const known = this.#counted.get(key);
    if (known !== undefined && known.rules === rules && known.from <= start) {
      known.notifications = known.notifications.filter(({ pos }) => pos > start);
      return known;
    }
    const counted = { rules, from: start, upTo: start, isNew: true, notifications: [], spoken: new Map<ThreadId, number>() };
    this.#counted.set(key, counted);
    return counted;
  }

  /** Looks at the events that have come since the last time: from the newest backwards, as far as the limit allows. */
  *#lookAt({ member, counted, start }: Reading, contextOf: PushContextOf, upTo: number): Work<void> {
    const { userId, roomId } = member;
    const found: Notification[] = [];
    const redacted = new Set<EventId | undefined>();
    const after = Math.max(counted.upTo, start);
    let end = upTo;
    for (let looked = 0; looked < MAX_LOOKED_AT; looked += PAGE) {
      const page = yield* pageOf(roomId, userId, after, end);
      found.push(...(yield* notificationsAmong(page, counted.rules, member, contextOf)));
      for (const { event } of page) redacted.add(event.redacts);
      yield* noteSpoken(counted.spoken, page, userId);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      end = last.pos - 1;
    }
    counted.notifications = [...counted.notifications.filter(({ eventId }) => !redacted.has(eventId)), ...found];
    counted.upTo = upTo;
    counted.isNew = false;
  }
}

/** Leaves out the rooms where nobody else has said anything, and where nothing that could have been taken back is unread. */
function* withoutQuiet(readings: readonly Reading[], userId: UserId, upTo: number): Work<readonly Reading[]> {
  const silent = readings.filter(({ counted }) => counted.notifications.length === 0);
  const stretches = silent.map(({ member, counted, start }) => ({ roomId: member.roomId, after: Math.max(counted.upTo, start) }));
  const heard = yield* timeline.roomsHeard(stretches, userId, upTo);
  return readings.filter(({ member, counted }) => {
    if (counted.notifications.length > 0 || heard.has(member.roomId)) return true;
    counted.upTo = upTo;
    counted.isNew = false;
    return false;
  });
}

function unreadIn({ counted, read, start }: Reading, upTo: number): readonly Notification[] {
  const readIn = (thread: ThreadId): number => Math.max(start, read.threads.get(thread) ?? 0, counted.spoken.get(thread) ?? 0);
  return counted.notifications.filter(({ pos, thread }) => pos > readIn(thread) && pos <= upTo);
}

function* pageOf(roomId: RoomId, viewer: UserId, after: number, upTo: number): Work<readonly Sighted[]> {
  const page = yield* timeline.glimpses({ roomId, viewer, after, upTo }, PAGE);
  const found = yield* events.eventsAlone(page);
  return page.flatMap(({ eventId, pos, redactedBy }) => {
    const event = found.get(eventId);
    return event === undefined ? [] : [{ event, pos, isRedacted: redactedBy !== null }];
  });
}

/** Members may see all that comes after they joined, so nobody asks for the history's visibility. */
function* notificationsAmong(
  page: readonly Sighted[],
  rules: CompiledRuleset,
  member: memberships.Membership,
  contextOf: PushContextOf,
): Work<readonly Notification[]> {
  const found: Notification[] = [];
  for (const { event, pos, isRedacted } of page) {
    if (isRedacted || event.sender === member.userId) continue;
    const { notify, highlight } = evaluatePushRules(rules, prepareOnce(event), contextOf(member, event));
    const { eventId, sender, content } = event;
    if (notify) found.push({ eventId, sender, pos, thread: yield* threadOf(content, contentOf), highlight });
  }
  return found;
}

/** "By sending an event" users mark as read: https://spec.matrix.org/v1.19/client-server-api/#marking-notifications-as-read */
function* noteSpoken(spoken: Map<ThreadId, number>, page: readonly Sighted[], userId: UserId): Work<void> {
  for (const { event, pos } of page) {
    if (event.sender !== userId || isState(event) || event.type === 'm.room.redaction') continue;
    const thread = yield* threadOf(event.content, contentOf);
    spoken.set(thread, Math.max(pos, spoken.get(thread) ?? 0));
  }
}

function* contentOf(eventId: EventId): Work<JsonObject | undefined> {
  return (yield* events.find(eventId))?.event.content;
}

function tally(notifications: readonly Notification[]): UnreadInRoom {
  const counts = new Map<ThreadId, ThreadCounts>();
  for (const { thread, highlight } of notifications) {
    const before = counts.get(thread) ?? { notifications: 0, highlights: 0 };
    counts.set(thread, { notifications: before.notifications + 1, highlights: before.highlights + (highlight ? 1 : 0) });
  }
  return counts;
}
