import type { EventId, RoomId } from '../core/identifiers.ts';
import type { Event, StateEvent } from '../core/event.ts';
import { execute, inList, row, rows, type Work } from '../kernel/work.ts';
import { EVENT_COLUMNS, EVENT_TABLES, fromRow, type EventRow } from './events.ts';
import * as memberships from './memberships.ts';
import * as roomSummaries from './room-summaries.ts';

export interface StateEntry {
  readonly type: string;
  readonly stateKey: string;
  readonly eventId: EventId;
}

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
  return yield* rows<StateEntry>('select type, state_key as "stateKey", event_id as "eventId" from current_state where room_id = ?', roomId);
}

/** All of the room's present state but the memberships, which may be many. */
export function* entriesWithoutMembers(roomId: RoomId): Work<readonly StateEntry[]> {
  return yield* rows<StateEntry>(
    `select type, state_key as "stateKey", event_id as "eventId" from current_state where room_id = ? and type < 'm.room.member'
     union all
     select type, state_key as "stateKey", event_id as "eventId" from current_state where room_id = ? and type > 'm.room.member'`,
    roomId,
    roomId,
  );
}

/** The events that stand at some types with an empty state key. */
export function* entriesAt(roomId: RoomId, types: readonly string[]): Work<readonly StateEntry[]> {
  const list = inList(types);
  return yield* rows<StateEntry>(
    `select type, state_key as "stateKey", event_id as "eventId" from current_state where room_id = ? and state_key = '' and type in ${list.marks}`,
    roomId,
    ...list.args,
  );
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
  return yield* rows<StateEntry>(
    `select type, state_key as "stateKey", event_id as "eventId" from current_state
     where room_id = ? and type = 'm.room.member' and state_key in ${list.marks}`,
    roomId,
    ...list.args,
  );
}

/** One change of a room's state. */
export interface StateChange extends StateEntry {
  readonly pos: number;
  /** The event that stood there before; null when there was none. */
  readonly previousId: EventId | null;
}

/** All changes of the room's state after a position, oldest first. */
export function* changesAfter(roomId: RoomId, after: number): Work<readonly StateChange[]> {
  return yield* rows<StateChange>(
    `select pos, type, state_key as "stateKey", event_id as "eventId", previous_id as "previousId" from current_state_changes
     where room_id = ? and pos > ? order by pos`,
    roomId,
    after,
  );
}

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
