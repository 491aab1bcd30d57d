import { stringAt } from '../../core/json.ts';
import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';

/** How a user came out of a room. */
export interface LeftRoom {
  readonly roomId: RoomId;
  /** The event that ended the user's last stay; undefined for who was never joined, left before the client's `since`, or has forgotten the room, and where it was deleted. */
  readonly departure: StoredEvent | undefined;
  /** The newest of the user's membership events. */
  readonly last: StoredEvent;
  /** True where the client does not know the room, because the user was not joined at its `since`. */
  readonly isNew: boolean;
}

/** The rooms that a user left at any time and has not forgotten. */
export function* allLeftRooms(userId: UserId, upTo: number): Work<readonly LeftRoom[]> {
  const left: LeftRoom[] = [];
  for (const { roomId, eventId, pos, leftPos } of yield* memberships.listFor(userId, ['leave', 'ban'])) {
    const last = pos > upTo ? undefined : yield* events.find(eventId);
    const departure = leftPos === null ? undefined : yield* events.findAt(leftPos);
    if (last !== undefined) left.push({ roomId, departure, last, isNew: true });
  }
  return left;
}

/**
 * A room out of which a user came between two syncs.
 * @param changes the user's membership events in the room between them, oldest first
 */
export function leftRoom(roomId: RoomId, changes: readonly StoredEvent[], membershipBefore: string, last: StoredEvent): LeftRoom {
  const memberships = [membershipBefore, ...changes.map(({ event }) => stringAt(event.content, 'membership'))];
  const stayed = memberships.lastIndexOf('join');
  return { roomId, departure: stayed < 0 ? undefined : changes[stayed], last, isNew: membershipBefore !== 'join' };
}
