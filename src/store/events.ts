import { LRUCache } from 'lru-cache';
import type { Event } from '../core/event.ts';
import { parseEvent } from '../core/events.ts';
import type { EventId, RoomId, UserId } from '../core/identifiers.ts';
import type { JsonObject } from '../core/json.ts';
import { roomVersion } from '../core/room-versions.ts';
import { ask, askJointly, jointQuestion } from '../kernel/joint-question.ts';
import { execute, inList, rows, type Work } from '../kernel/work.ts';
import * as relations from './relations.ts';
import { lookUp, type StateGroup } from './state.ts';

/** An event as it lies in the database. */
export interface StoredEvent {
  readonly event: Event;
  /** Its position in the stream, and so in the room's timeline. */
  readonly pos: number;
  readonly stateBefore: StateGroup | undefined;
  /** The state event whose place this one took. */
  readonly replacesState: EventId | undefined;
  readonly rejected: string | undefined;
  /** True when only its sender may see it. */
  readonly hidden: boolean;
  readonly redactedBy: EventId | undefined;
  /** The request of the sender's device that it came of, while that is remembered. */
  readonly transaction: { readonly deviceId: string; readonly txnId: string } | undefined;
}

export interface EventRow {
  readonly event_id: EventId;
  readonly room_id: RoomId;
  readonly version: string;
  readonly pos: number;
  readonly state_before: StateGroup | null;
  readonly replaces_state: EventId | null;
  readonly rejected: string | null;
  readonly hidden: number;
  readonly redacted_by: EventId | null;
  readonly txn_device: string | null;
  readonly txn_id: string | null;
  readonly pdu: string;
}

/** Select this from `events e join rooms r on r.room_id = e.room_id` to read rows with `fromRow`. */
export const EVENT_COLUMNS =
  'e.event_id, e.room_id, r.version, e.pos, e.state_before, e.replaces_state, e.rejected, e.hidden, e.redacted_by, e.txn_device, e.txn_id, e.pdu';
export const EVENT_TABLES = 'events e join rooms r on r.room_id = e.room_id';
/** For joint questions about the first events of many. */
export const ONE_EVENT = { key: 'e.pos', of: 'events e' };

/**
 * Events that were read lately, by id: everybody in a room reads the same newest ones, and parsing is most of the work. An event
 * never changes but by its redaction, which is part of the key.
 */
const parsed = new LRUCache<string, Event>({ max: 5_000 });

const keyOf = (eventId: EventId, redactedBy: EventId | null): string => (redactedBy === null ? eventId : `${eventId} ${redactedBy}`);

function eventOf(found: EventRow): Event {
  const key = keyOf(found.event_id, found.redacted_by);
  let event = parsed.get(key);
  if (event === undefined) {
    const version = roomVersion(found.version);
    if (version === undefined) throw new Error(`The database holds room ${found.room_id} of unknown version ${found.version}`);
    event = parseEvent(JSON.parse(found.pdu) as JsonObject, version, { eventId: found.event_id, roomId: found.room_id });
    parsed.set(key, event);
  }
  return event;
}

export function fromRow(found: EventRow): StoredEvent {
  return {
    event: eventOf(found),
    pos: found.pos,
    stateBefore: found.state_before ?? undefined,
    replacesState: found.replaces_state ?? undefined,
    rejected: found.rejected ?? undefined,
    hidden: found.hidden === 1,
    redactedBy: found.redacted_by ?? undefined,
    transaction: found.txn_id === null ? undefined : { deviceId: found.txn_device ?? '', txnId: found.txn_id },
  };
}

const BY_ID = jointQuestion({ columns: EVENT_COLUMNS, from: EVENT_TABLES, where: (asked) => `e.event_id = ${asked(0)}` });
const BY_POSITION = jointQuestion({ columns: EVENT_COLUMNS, from: EVENT_TABLES, where: (asked) => `e.pos = ${asked(0)}` });

export function* find(eventId: EventId): Work<StoredEvent | undefined> {
  const [found] = yield* ask<EventRow>(BY_ID, [eventId]);
  return found === undefined ? undefined : fromRow(found);
}

/** The event at a position of the stream. */
export function* findAt(pos: number): Work<StoredEvent | undefined> {
  const [found] = yield* ask<EventRow>(BY_POSITION, [pos]);
  return found === undefined ? undefined : fromRow(found);
}

/** How many ids one query asks for: databases limit its arguments. */
const IDS_AT_ONCE = 1000;

/** The events that are known of these ids, in no particular order. */
export function* findAll(eventIds: readonly EventId[]): Work<readonly StoredEvent[]> {
  const found: EventRow[] = [];
  for (let start = 0; start < eventIds.length; start += IDS_AT_ONCE) {
    found.push(...(yield* listed(eventIds.slice(start, start + IDS_AT_ONCE))));
  }
  return found.map(fromRow);
}

function* listed(eventIds: readonly EventId[]): Work<readonly EventRow[]> {
  const list = inList(eventIds);
  const sql = `select ${EVENT_COLUMNS} from ${EVENT_TABLES} where e.event_id in ${list.marks}`;
  return yield* askJointly<EventRow>({ sql, args: list.args, joint: { sql: LISTED_TOGETHER, about: eventIds, rest: [] } });
}

const LISTED_TOGETHER = `select asked.key as asked, ${EVENT_COLUMNS} from json_each(?) asked
  cross join ${EVENT_TABLES} where e.event_id in (select value from json_each(asked.value))`;

/** What says of an event in which form it is remembered. */
export interface EventKey {
  readonly eventId: EventId;
  readonly redactedBy: EventId | null;
}

/** Events alone, without how they lie in the database: those that were read lately are not read again. */
export function* eventsAlone(keys: readonly EventKey[]): Work<ReadonlyMap<EventId, Event>> {
  const found = new Map<EventId, Event>();
  const missing: EventId[] = [];
  for (const { eventId, redactedBy } of keys) {
    const event = parsed.get(keyOf(eventId, redactedBy));
    if (event === undefined) missing.push(eventId);
    else found.set(eventId, event);
  }
  for (const { event } of yield* findAll(missing)) found.set(event.eventId, event);
  return found;
}

/** Those of some users who sent events of some types to a room after a position. */
export function* sendersAfter(roomId: RoomId, after: number, userIds: readonly UserId[], types: readonly string[]): Work<ReadonlySet<UserId>> {
  const [users, wanted] = [inList(userIds), inList(types)];
  const found = yield* rows<{ sender: UserId }>(
    `select distinct sender from events where room_id = ? and pos > ? and sender in ${users.marks} and type in ${wanted.marks}`,
    roomId,
    after,
    ...users.args,
    ...wanted.args,
  );
  return new Set(found.map(({ sender }) => sender));
}

/** Adds an event at a position of the stream. Its place in the graph and its effects are the caller's. */
export function* append(event: Event, pos: number, stateBefore: StateGroup | undefined, hidden: boolean): Work<void> {
  const replaced = event.stateKey === undefined || stateBefore === undefined ? undefined : yield* lookUp(stateBefore, event.type, event.stateKey);
  yield* execute(
    `insert into events (pos, event_id, room_id, type, state_key, sender, origin_server_ts, depth, state_before, replaces_state, hidden, pdu)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    pos,
    event.eventId,
    event.roomId,
    event.type,
    event.stateKey ?? null,
    event.sender,
    event.originServerTs,
    event.depth,
    stateBefore ?? null,
    replaced ?? null,
    hidden ? 1 : 0,
    JSON.stringify(event.pdu),
  );
  yield* relations.record(event, pos, hidden);
}

/** Puts an event in its redacted form. */
export function* replaceWithRedacted(eventId: EventId, redactedBy: EventId, redacted: JsonObject): Work<void> {
  yield* execute('update events set pdu = ?, redacted_by = ? where event_id = ?', JSON.stringify(redacted), redactedBy, eventId);
  yield* relations.forget(eventId);
}
