import { setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { growingTo } from '../../core/growing-to.ts';
import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { CompiledRuleset } from '../../core/push-rules/evaluate-push-rules.ts';
import type { Reader } from '../../kernel/database.ts';
import { onBehalfOf } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as receipts from '../../store/receipts.ts';
import { viewerOf, type Viewer } from '../events/viewer.ts';
import type { Notifier } from '../notifier.ts';
import type { JoinedRooms, UserRooms } from '../user-rooms.ts';
import type { Rulesets } from './rulesets.ts';
import type { UnreadCounts, UnreadInRoom } from './unread-counts.ts';

/** Users whose badges are remembered, and rooms that are looked at before others have their turn. */
const MAX_USERS = 10_000;
const ROOMS_AT_ONCE = 20;

interface Known {
  /** By what it was counted. */
  readonly rules: CompiledRuleset;
  readonly ignored: ReadonlySet<UserId>;
  readonly position: number;
  /** How much is unread in each room; rooms in which nothing is are left out. */
  readonly unread: ReadonlyMap<RoomId, number>;
}

interface BadgeServices {
  readonly reader: Reader;
  readonly notifier: Pick<Notifier, 'mayHaveChanged' | 'roomsChanged'>;
  readonly userRooms: UserRooms;
  readonly rulesets: Rulesets;
  readonly unreadCounts: UnreadCounts;
}

/**
 * How much a user has not read in all of their rooms, as the badge of an app says it. It is remembered, so that each push looks only at
 * the rooms in which something has happened since the last one, however many there are.
 */
export class Badges {
  readonly #services: BadgeServices;
  readonly #known = new LRUCache<UserId, Known>(growingTo(MAX_USERS));

  constructor(services: BadgeServices) {
    this.#services = services;
  }

  /** @returns the number of unread notifications at the newest position that clients may be told */
  async of(userId: UserId): Promise<number> {
    const { reader, userRooms, rulesets, unreadCounts } = this.#services;
    const joined = await userRooms.joinedBy(userId);
    const before = await reader.read(function* (): Work<{ viewer: Viewer; rules: CompiledRuleset }> {
      return { viewer: yield* viewerOf(onBehalfOf(userId), joined.position), rules: yield* rulesets.of(userId) };
    });
    const { viewer, rules } = before;
    const { ignored = new Set<UserId>() } = viewer;
    const known = this.#stillGood(userId, rules, ignored);
    const unread = new Map([...(known?.unread ?? [])].filter(([roomId]) => joined.rooms.has(roomId)));
    const rooms = known === undefined ? [...joined.rooms] : await this.#stirred(userId, joined, known.position);
    for (let start = 0; start < rooms.length; start += ROOMS_AT_ONCE) {
      if (start > 0) await setImmediate();
      const some = rooms.slice(start, start + ROOMS_AT_ONCE);
      const counts = await reader.read(() => unreadCounts.of(viewer, some, joined.position));
      for (const roomId of some) put(unread, roomId, notificationsIn(counts.get(roomId)));
    }
    this.#known.set(userId, { rules, ignored, position: joined.position, unread });
    return sum(unread.values());
  }

  #stillGood(userId: UserId, rules: CompiledRuleset, ignored: ReadonlySet<UserId>): Known | undefined {
    const known = this.#known.get(userId);
    if (known?.rules !== rules || known.ignored.size !== ignored.size) return undefined;
    return [...ignored].every((other) => known.ignored.has(other)) ? known : undefined;
  }

  /** The joined rooms in which something was said, or was read by the user, since a position. */
  async #stirred(userId: UserId, { rooms, position }: JoinedRooms, since: number): Promise<readonly RoomId[]> {
    const { notifier, reader } = this.#services;
    const stirred = new Set(notifier.roomsChanged(rooms, since));
    if (notifier.mayHaveChanged(`user:${userId}`, since)) {
      const read = await reader.read(() => receipts.ofUserBetween(userId, since, position));
      for (const { roomId } of read) if (rooms.has(roomId)) stirred.add(roomId);
    }
    return [...stirred];
  }
}

function put(unread: Map<RoomId, number>, roomId: RoomId, count: number): void {
  if (count > 0) unread.set(roomId, count);
  else unread.delete(roomId);
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);

const notificationsIn = (room: UnreadInRoom | undefined): number => sum([...(room?.values() ?? [])].map(({ notifications }) => notifications));
