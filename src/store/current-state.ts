import type { EventId, RoomId } from '../core/identifiers.ts';
import type { StateEvent } from '../core/event.ts';
import { stringAt } from '../core/json.ts';
import { execute, row, rows, type Work } from '../kernel/work.ts';

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

/** Puts a state event in its place at a position, and keeps the table of memberships true to it. */
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
  if (event.type === 'm.room.member') yield* putMembership(event, pos);
}

function* putMembership(event: StateEvent, pos: number): Work<void> {
  const { content } = event;
  const membership = stringAt(content, 'membership') ?? 'leave';
  yield* execute(
    `insert into memberships (user_id, room_id, membership, sender, event_id, pos, joined_pos, display_name, avatar_url) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (user_id, room_id) do update set membership = excluded.membership, sender = excluded.sender, event_id = excluded.event_id,
     pos = excluded.pos, display_name = excluded.display_name, avatar_url = excluded.avatar_url, forgotten = 0,
     joined_pos = case when memberships.membership = 'join' then memberships.joined_pos else coalesce(excluded.joined_pos, memberships.joined_pos) end,
     left_pos = case when memberships.membership = 'join' and excluded.membership <> 'join' then excluded.pos else memberships.left_pos end`,
    event.stateKey,
    event.roomId,
    membership,
    event.sender,
    event.eventId,
    pos,
    membership === 'join' ? pos : null,
    stringAt(content, 'displayname') ?? null,
    stringAt(content, 'avatar_url') ?? null,
  );
}
