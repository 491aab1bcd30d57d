import type { RoomId, UserId } from '../core/identifiers.ts';
import { stringAt } from '../core/json.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Reader } from '../kernel/database.ts';
import type { Topic, Work } from '../kernel/work.ts';
import * as memberships from '../store/memberships.ts';
import { stateHistory } from '../store/state-history.ts';
import type { Notifier } from './notifier.ts';

/** How long the rooms of a user are remembered who does not sync (ms); more than the longest long poll. */
const REMEMBERED = 20 * 60_000;

interface Known {
  rooms: ReadonlySet<RoomId>;
  /** Up to where `rooms` is true. */
  position: number;
  lastUsed: number;
}

/** The rooms of a user at a position that clients may be told. */
export interface JoinedRooms {
  readonly rooms: ReadonlySet<RoomId>;
  readonly position: number;
}

/**
 * Which rooms each user who syncs has joined, kept in memory. While a user is known here, the topics of their rooms wake who waits
 * for `user:<id>`: neither a long poll nor a commit has to go through memberships.
 */
export class UserRooms {
  readonly #reader: Reader;
  readonly #notifier: Notifier;
  readonly #clock: Clock;
  /** In the order in which they were last used. */
  readonly #known = new Map<UserId, Known>();

  constructor(reader: Reader, notifier: Notifier, clock: Clock) {
    this.#reader = reader;
    this.#notifier = notifier;
    this.#clock = clock;
  }

  /** The rooms that the user has joined, at the newest position that clients may be told. */
  async joinedBy(userId: UserId): Promise<JoinedRooms> {
    const known = this.#touch(userId);
    const position = this.#notifier.position;
    if (this.#notifier.mayHaveChanged(topicOf(userId), known.position)) await this.#refresh(userId, known, position);
    known.position = Math.max(known.position, position);
    return { rooms: known.rooms, position };
  }

  /**
   * Who of some users shares a room with a user, by what is in memory. It answers for all who are online.
   * @returns also those of whom memory cannot tell
   */
  sharing(userId: UserId, others: readonly UserId[]): { readonly sharing: readonly UserId[]; readonly unknown: readonly UserId[] } {
    const rooms = this.#roomsNow(userId);
    const [sharing, unknown]: [UserId[], UserId[]] = [[], []];
    for (const other of others) {
      const theirs = this.#roomsNow(other);
      if (rooms === undefined || theirs === undefined) unknown.push(other);
      else if (intersect(rooms, theirs)) sharing.push(other);
    }
    return { sharing, unknown };
  }

  /** Undefined where the rooms are not known, or may have changed. */
  #roomsNow(userId: UserId): ReadonlySet<RoomId> | undefined {
    const known = this.#known.get(userId);
    return known === undefined || this.#notifier.mayHaveChanged(topicOf(userId), known.position) ? undefined : known.rooms;
  }

  #touch(userId: UserId): Known {
    const now = this.#clock.now();
    const known = this.#known.get(userId) ?? { rooms: new Set<RoomId>(), position: -1, lastUsed: now };
    known.lastUsed = now;
    this.#known.delete(userId);
    this.#known.set(userId, known);
    for (const [other, { lastUsed, rooms }] of this.#known) {
      if (lastUsed > now - REMEMBERED) break;
      for (const roomId of rooms) this.#notifier.unfollow(topicOf(other), roomTopic(roomId));
      this.#known.delete(other);
    }
    return known;
  }

  async #refresh(userId: UserId, known: Known, position: number): Promise<void> {
    const after = known.position;
    const changes = await this.#reader.read(() => membershipsAt(userId, after, position));
    const rooms = new Set(known.rooms);
    for (const [roomId, membership] of changes) {
      if (membership === 'join') {
        rooms.add(roomId);
        this.#notifier.follow(topicOf(userId), roomTopic(roomId));
      } else if (rooms.delete(roomId)) {
        this.#notifier.unfollow(topicOf(userId), roomTopic(roomId));
      }
    }
    known.rooms = rooms;
  }
}

function intersect<T>(one: ReadonlySet<T>, other: ReadonlySet<T>): boolean {
  const [small, large] = one.size < other.size ? [one, other] : [other, one];
  for (const item of small) if (large.has(item)) return true;
  return false;
}

const topicOf = (userId: UserId): Topic => `user:${userId}`;
const roomTopic = (roomId: RoomId): Topic => `room:${roomId}`;

/** The memberships that changed after a position, as they were at another: what is newer is not durable yet. */
function* membershipsAt(userId: UserId, after: number, upTo: number): Work<ReadonlyMap<RoomId, string>> {
  const changed = new Map<RoomId, string>();
  for (const { roomId, membership, pos } of yield* memberships.changedSince(userId, after)) {
    if (pos <= upTo) changed.set(roomId, membership);
    else {
      const [before] = yield* stateHistory(roomId, 'm.room.member', userId, upTo + 1);
      if (before !== undefined) changed.set(roomId, stringAt(before.event.content, 'membership') ?? 'leave');
    }
  }
  return changed;
}
