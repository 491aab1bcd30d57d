import type { EventId, RoomId } from '../core/identifiers.ts';
import type { Event, StateEvent } from '../core/event.ts';
import { ask, askJointly, jointQuestion } from '../kernel/joint-question.ts';
import { execute, inList, row, rows, type Work } from '../kernel/work.ts';
import { EVENT_COLUMNS, EVENT_TABLES, fromRow, type EventRow } from './events.ts';
import * as memberships from './memberships.ts';
import * as roomSummaries from './room-summaries.ts';

export interface StateEntry {
  readonly type: string;
  readonly stateKey: string;
  readonly eventId: EventId;
}

const ENTRY = 's.type, s.state_key as "stateKey", s.event_id as "eventId"';

/** The event that stands at a key of the room's present state. */
export function* idAt(roomId: RoomId, type: string, stateKey: string): Work<EventId | undefined> {
  const found = yield* row<{ event_id: EventId }>(
    'select event_id from current_state where room_id = ? and type = ? and state_key = ?',
    roomId,
    type,
    stateKey,
  );
  return found?.event_id;
}

/** The same, as the event itself. */
export function* eventAt(roomId: RoomId, type: string, stateKey = ''): Work<Event | undefined> {
  const found = yield* row<EventRow>(
    `select ${EVENT_COLUMNS} from ${EVENT_TABLES} where e.event_id =
     (select event_id from current_state where room_id = ? and type = ? and state_key = ?)`,
    roomId,
    type,
    stateKey,
  );
  return found === undefined ? undefined : fromRow(found).event;
}

/** The events of one type in the room's present state, whatever their state keys. */
export function* eventsOfType(roomId: RoomId, type: string): Work<readonly Event[]> {
  const found = yield* rows<EventRow>(
    `select ${EVENT_COLUMNS} from ${EVENT_TABLES} where e.event_id in (select event_id from current_state where room_id = ? and type = ?)`,
    roomId,
    type,
  );
  return found.map((each) => fromRow(each).event);
}

/** All of the room's present state. */
export function* entries(roomId: RoomId): Work<readonly StateEntry[]> {
  return yield* ask<StateEntry>(ENTRIES, [roomId]);
}

const ENTRIES = jointQuestion({ columns: ENTRY, from: 'current_state s', where: (asked) => `s.room_id = ${asked(0)}` });

/** All of the room's present state but the memberships, which may be many. */
export function* entriesWithoutMembers(roomId: RoomId): Work<readonly StateEntry[]> {
  return yield* askJointly<StateEntry>({
    sql: beforeAndBehindMembers((order) => `select ${ENTRY} from current_state s where s.room_id = ? and s.type ${order} 'm.room.member'`),
    args: [roomId, roomId],
    joint: { sql: OTHERS_TOGETHER, about: roomId, rest: [] },
  });
}

const beforeAndBehindMembers = (part: (order: '<' | '>') => string): string => `${part('<')} union all ${part('>')}`;
const OTHERS_TOGETHER = `with asked as (select key, value from json_each(?)) ${beforeAndBehindMembers(
  (order) =>
    `select asked.key as asked, ${ENTRY} from asked cross join current_state s where s.room_id = asked.value and s.type ${order} 'm.room.member'`,
)}`;

/** The events that stand at some types with an empty state key. */
export function* entriesAt(roomId: RoomId, types: readonly string[]): Work<readonly StateEntry[]> {
  const list = inList(types);
  const where = (asked: (index: number) => string): string => `s.room_id = ${asked(0)} and s.state_key = '' and s.type in ${list.marks}`;
  return yield* ask<StateEntry>(jointQuestion({ columns: ENTRY, from: 'current_state s', where }), [roomId], ...list.args);
}

/** The ids of the events that stand at some types with an empty state key, in some rooms. */
export function* idsAt(roomIds: readonly RoomId[], types: readonly string[]): Work<readonly EventId[]> {
  const [inRooms, list] = [inList(roomIds), inList(types)];
  const found = yield* rows<{ eventId: EventId }>(
    `select event_id as "eventId" from current_state where room_id in ${inRooms.marks} and state_key = '' and type in ${list.marks}`,
    ...inRooms.args,
    ...list.args,
  );
  return found.map(({ eventId }) => eventId);
}

/** The present membership events of some users. */
export function* memberEntries(roomId: RoomId, userIds: readonly string[]): Work<readonly StateEntry[]> {
  const list = inList(userIds);
  return yield* askJointly<StateEntry>({
    sql: `select ${ENTRY} from current_state s where s.room_id = ? and s.type = 'm.room.member' and s.state_key in ${list.marks}`,
    args: [roomId, ...list.args],
    joint: { sql: MEMBERS_TOGETHER, about: [roomId, userIds], rest: [] },
  });
}

const MEMBERS_TOGETHER = `select asked.key as asked, ${ENTRY} from json_each(?) asked cross join current_state s
  where s.room_id = asked.value ->> 0 and s.type = 'm.room.member' and s.state_key in (select value from json_each(asked.value -> 1))`;

/** One change of a room's state. */
export interface StateChange extends StateEntry {
  readonly pos: number;
  /** The event that stood there before; null when there was none. */
  readonly previousId: EventId | null;
}

/** All changes of the room's state after a position, oldest first. */
export function* changesAfter(roomId: RoomId, after: number): Work<readonly StateChange[]> {
  return yield* ask<StateChange>(CHANGES_AFTER, [roomId, after]);
}

const CHANGES_AFTER = jointQuestion({
  columns: 'c.pos, c.type, c.state_key as "stateKey", c.event_id as "eventId", c.previous_id as "previousId"',
  from: 'current_state_changes c',
  where: (asked) => `c.room_id = ${asked(0)} and c.pos > ${asked(1)}`,
  order: 'c.pos',
});

/** Puts a state event in its place at a position, and keeps the tables of memberships and summaries true to it. */
export function* put(event: StateEvent, pos: number): Work<void> {
  const previous = yield* idAt(event.roomId, event.type, event.stateKey);
  yield* execute(
    'insert into current_state (room_id, type, state_key, event_id) values (?, ?, ?, ?) on conflict (room_id, type, state_key) do update set event_id = excluded.event_id',
    event.roomId,
    event.type,
    event.stateKey,
    event.eventId,
  );
  yield* execute(
    'insert into current_state_changes (pos, room_id, type, state_key, event_id, previous_id) values (?, ?, ?, ?, ?, ?)',
    pos,
    event.roomId,
    event.type,
    event.stateKey,
    event.eventId,
    previous ?? null,
  );
  if (event.type === 'm.room.member') yield* memberships.put(event, pos);
  else yield* roomSummaries.note(event);
}

/** Takes away what the tables of memberships and summaries still tell of an event that was redacted. */
export function* forgetContent(redacted: StateEvent): Work<void> {
  if ((yield* idAt(redacted.roomId, redacted.type, redacted.stateKey)) !== redacted.eventId) return;
  if (redacted.type === 'm.room.member') yield* memberships.forgetProfile(redacted);
  else yield* roomSummaries.note(redacted);
}
