import type { EventId, RoomId } from '../core/identifiers.ts';
import type { Event, StateEvent } from '../core/event.ts';
import { execute, row, rows, type Work } from '../kernel/work.ts';
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

/** All of the room's present state. */
export function* entries(roomId: RoomId): Work<readonly StateEntry[]> {
  return yield* rows<StateEntry>('select type, state_key as "stateKey", event_id as "eventId" from current_state where room_id = ?', roomId);
}

/** What changed in the room's state after one position up to another: the newest event of each key. */
export function* changedBetween(roomId: RoomId, after: number, upTo: number): Work<readonly StateEntry[]> {
  const found = yield* rows<StateEntry>(
    'select type, state_key as "stateKey", event_id as "eventId" from current_state_changes where room_id = ? and pos > ? and pos <= ? order by pos',
    roomId,
    after,
    upTo,
  );
  const newest = new Map<string, StateEntry>();
  for (const entry of found) newest.set(`${entry.type}\0${entry.stateKey}`, entry);
  return [...newest.values()];
}

/** Puts a state event in its place at a position, and keeps the tables of memberships and summaries true to it. */
export function* put(event: StateEvent, pos: number): Work<void> {
  yield* execute(
    'insert into current_state (room_id, type, state_key, event_id) values (?, ?, ?, ?) on conflict (room_id, type, state_key) do update set event_id = excluded.event_id',
    event.roomId,
    event.type,
    event.stateKey,
    event.eventId,
  );
  yield* execute(
    'insert into current_state_changes (pos, room_id, type, state_key, event_id) values (?, ?, ?, ?, ?)',
    pos,
    event.roomId,
    event.type,
    event.stateKey,
    event.eventId,
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
