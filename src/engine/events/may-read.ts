import type { RoomId, UserId } from '../../core/identifiers.ts';
import { stringAt } from '../../core/json.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as currentState from '../../store/current-state.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';

/** In what capacity somebody reads a room. What they see of its timeline is for `visibleEvents` to say. */
export type Reading =
  | { readonly as: 'member' }
  /** Left or was banned: for them the room stands still as it was after `departure`. */
  | { readonly as: 'former-member'; readonly departure: StoredEvent }
  /** Anybody at all, guests included, while the room is world-readable. */
  | { readonly as: 'onlooker' };

/** How a user may read a room; undefined when they may not, or there is no such room. */
export function* mayRead(roomId: RoomId, userId: UserId): Work<Reading | undefined> {
  const present = yield* memberships.find(roomId, userId);
  if (present?.membership === 'join') return { as: 'member' };
  const leftPos = present === undefined || present.forgotten === 1 ? null : present.leftPos;
  const departure = leftPos === null ? undefined : yield* events.findAt(leftPos);
  if (departure !== undefined) return { as: 'former-member', departure };
  return (yield* isWorldReadable(roomId)) ? { as: 'onlooker' } : undefined;
}

/** The newest position that such a reader is shown, when all of the server's shows up to `position`. */
export const newestFor = (reading: Reading, position: number): number =>
  reading.as === 'former-member' ? Math.min(position, reading.departure.pos) : position;

/** The newest position that a user is shown of a room; `position` for those who may see single events of it at most. */
export function* newestShownTo(userId: UserId, roomId: RoomId, position: number): Work<number> {
  const access = yield* mayRead(roomId, userId);
  return access === undefined ? position : newestFor(access, position);
}

/**
 * The same for those who need it.
 * @throws M_FORBIDDEN, for a room that does not exist too
 */
export function* reading(roomId: RoomId, userId: UserId): Work<Reading> {
  const found = yield* mayRead(roomId, userId);
  if (found === undefined) throw forbidden(`You are not a member of ${roomId} and never were, and it is not open to everybody's eyes`);
  return found;
}

function* isWorldReadable(roomId: RoomId): Work<boolean> {
  const visibility = yield* currentState.eventAt(roomId, 'm.room.history_visibility');
  return visibility !== undefined && stringAt(visibility.content, 'history_visibility') === 'world_readable';
}
