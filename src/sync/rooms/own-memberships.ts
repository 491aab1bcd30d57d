import type { RoomId, UserId } from '../../core/identifiers.ts';
import { stringAt } from '../../core/json.ts';
import { byRoom } from '../../engine/events/by-room.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';
import * as purgedMemberships from '../../store/purged-memberships.ts';
import { membershipHistory } from '../../store/state-history.ts';
import { allLeftRooms, leftRoom, type LeftRoom } from './left-rooms.ts';

/** The rooms whose place in the reply changed, or of which the client knows nothing yet. */
export interface OwnMemberships {
  /** Joined rooms that the client does not know as joined. */
  readonly newlyJoined: ReadonlySet<RoomId>;
  /** The invites and knocks to tell of. */
  readonly invites: readonly StoredEvent[];
  readonly knocks: readonly StoredEvent[];
  readonly left: readonly LeftRoom[];
}

const membershipOf = ({ event }: StoredEvent): string => stringAt(event.content, 'membership') ?? 'leave';

/** All rooms of a user. @param includeLeave whether those that they left are wanted too */
export function* allMemberships(userId: UserId, upTo: number, joined: ReadonlySet<RoomId>, includeLeave: boolean): Work<OwnMemberships> {
  const open = yield* memberships.listFor(userId, ['invite', 'knock']);
  const found = yield* events.findAll(open.filter(({ pos }) => pos <= upTo).map(({ eventId }) => eventId));
  return {
    newlyJoined: joined,
    invites: found.filter((stored) => membershipOf(stored) === 'invite'),
    knocks: found.filter((stored) => membershipOf(stored) === 'knock'),
    left: includeLeave ? yield* allLeftRooms(userId, upTo) : [],
  };
}

/**
 * What changed in a user's memberships after one position up to another. Other devices have to hear that a room was left also if it
 * was forgotten or deleted since; what had happened in it they do not.
 */
export function* changedMemberships(userId: UserId, since: number, upTo: number): Work<OwnMemberships> {
  const newlyJoined = new Set<RoomId>();
  const [invites, knocks, left]: [StoredEvent[], StoredEvent[], LeftRoom[]] = [[], [], []];
  const changes = byRoom(yield* membershipHistory(userId, since, upTo));
  const forgotten = yield* memberships.findIn([...changes.keys()], userId);
  for (const [roomId, inRoom] of changes) {
    const last = inRoom.at(-1);
    if (last === undefined) continue;
    const before = yield* membershipBefore(inRoom);
    const now = membershipOf(last);
    if (now === 'join' && before !== 'join') newlyJoined.add(roomId);
    else if (now === 'invite') invites.push(last);
    else if (now === 'knock') knocks.push(last);
    else if (now !== 'join' && forgotten.get(roomId)?.forgotten === 1) left.push({ roomId, departure: undefined, last, isNew: before !== 'join' });
    else if (now !== 'join') left.push(leftRoom(roomId, inRoom, before, last));
  }
  const purged = (yield* purgedMemberships.listBetween(userId, since, upTo)).filter(({ event }) => !changes.has(event.roomId));
  left.push(...purged.map((last) => ({ roomId: last.event.roomId, departure: undefined, last, isNew: false })));
  return { newlyJoined, invites, knocks, left };
}

/** What the user was in a room before some changes. */
function* membershipBefore([first]: readonly StoredEvent[]): Work<string> {
  const replaced = first?.replacesState === undefined ? undefined : yield* events.find(first.replacesState);
  return replaced === undefined ? 'leave' : membershipOf(replaced);
}
