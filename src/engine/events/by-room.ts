import type { RoomId } from '../../core/identifiers.ts';
import type { StoredEvent } from '../../store/events.ts';

/** Sorts events by their rooms, each list in the order in which they came. */
export function byRoom(stored: readonly StoredEvent[]): ReadonlyMap<RoomId, readonly StoredEvent[]> {
  const rooms = new Map<RoomId, StoredEvent[]>();
  for (const one of stored) {
    const inRoom = rooms.get(one.event.roomId);
    if (inRoom === undefined) rooms.set(one.event.roomId, [one]);
    else inRoom.push(one);
  }
  return rooms;
}
