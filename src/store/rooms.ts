import type { EventId, RoomId } from '../core/identifiers.ts';
import { roomVersion, type RoomVersion } from '../core/room-versions.ts';
import { execute, row, rows, type Work } from '../kernel/work.ts';
import type { StateGroup } from './state.ts';

export interface Room {
  readonly roomId: RoomId;
  readonly version: RoomVersion;
  /** The room's present state; undefined before its create event. */
  readonly stateGroup: StateGroup | undefined;
}

export function* find(roomId: RoomId): Work<Room | undefined> {
  const found = yield* row<{ version: string; state_group: StateGroup | null }>('select version, state_group from rooms where room_id = ?', roomId);
  return found && roomOf(roomId, found);
}

function roomOf(roomId: RoomId, found: { readonly version: string; readonly state_group: StateGroup | null }): Room {
  const version = roomVersion(found.version);
  if (version === undefined) throw new Error(`The database holds room ${roomId} of unknown version ${found.version}`);
  return { roomId, version, stateGroup: found.state_group ?? undefined };
}

/** Whether a new room may not have this id: a room has it, or it is closed to everybody. */
export function* isTaken(roomId: RoomId): Work<boolean> {
  const found = yield* row<{ taken: number }>(
    'select 1 as taken where exists (select 1 from rooms where room_id = ?) or exists (select 1 from blocked_rooms where room_id = ?)',
    roomId,
    roomId,
  );
  return found !== undefined;
}

/** Where a room's next event goes: with the room, the events that no other one of it refers to yet. */
export function* findPlace(roomId: RoomId): Work<(Room & { readonly extremities: readonly EventId[] }) | undefined> {
  const found = yield* rows<{ version: string; state_group: StateGroup | null; event_id: EventId | null }>(
    `select version, state_group, event_id from rooms left join forward_extremities using (room_id) where room_id = ? order by event_id`,
    roomId,
  );
  const [first] = found;
  if (first === undefined) return undefined;
  return { ...roomOf(roomId, first), extremities: found.flatMap(({ event_id: eventId }) => eventId ?? []) };
}

/** @param createdTs milliseconds since the epoch */
export function* create(roomId: RoomId, version: RoomVersion, createdTs: number): Work<void> {
  yield* execute('insert into rooms (room_id, version, created_ts) values (?, ?, ?)', roomId, version.id, createdTs);
}

export function* setState(roomId: RoomId, group: StateGroup): Work<void> {
  yield* execute('update rooms set state_group = ? where room_id = ?', group, roomId);
}

/** The events that no other event of the room refers to yet. */
export function* forwardExtremities(roomId: RoomId): Work<readonly EventId[]> {
  const found = yield* rows<{ event_id: EventId }>('select event_id from forward_extremities where room_id = ? order by event_id', roomId);
  return found.map((extremity) => extremity.event_id);
}

/** Makes an event an extremity in the place of those that it, or the first of a chain that ends with it, refers to. */
export function* moveExtremities(roomId: RoomId, eventId: EventId, prevEvents: readonly EventId[]): Work<void> {
  for (const prev of prevEvents) yield* execute('delete from forward_extremities where room_id = ? and event_id = ?', roomId, prev);
  yield* execute('insert into forward_extremities (room_id, event_id) values (?, ?)', roomId, eventId);
}
