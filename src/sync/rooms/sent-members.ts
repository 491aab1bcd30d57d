import { LRUCache } from 'lru-cache';
import { growingTo } from '../../core/growing-to.ts';
import type { RoomId } from '../../core/identifiers.ts';
import type { Viewer } from '../../engine/events/viewer.ts';

/** Rooms of devices that are remembered, and members of each. What is forgotten is sent once more, which is allowed. */
const MAX_ROOMS = 10_000;
const MAX_MEMBERS = 500;

/**
 * Which members of a room each device was told of while lazy-loading, so that they need not be told again
 * (https://spec.matrix.org/v1.19/client-server-api/#lazy-loading-room-members). In memory only.
 */
export class SentMembers {
  /** By device and room: each member with the end of the sync that told of them. */
  readonly #sent = new LRUCache<string, Map<string, number>>(growingTo(MAX_ROOMS));

  /**
   * Those of some members of whom a device may not know.
   * @param since up to where the device has surely received what it was sent; undefined for a device that knows nothing
   */
  unknown(viewer: Viewer, roomId: RoomId, members: Iterable<string>, since: number | undefined): Set<string> {
    const sent = since === undefined ? undefined : this.#sent.get(keyOf(viewer, roomId));
    return new Set([...members].filter((userId) => since === undefined || (sent?.get(userId) ?? Infinity) > since));
  }

  /** @param upTo the end of the sync that tells of them. @param anew whether what the device was told before counts no more */
  note(viewer: Viewer, roomId: RoomId, members: Iterable<string>, upTo: number, anew: boolean): void {
    const key = keyOf(viewer, roomId);
    const before = anew ? undefined : this.#sent.get(key);
    const sent = before === undefined || before.size > MAX_MEMBERS ? new Map<string, number>() : before;
    for (const userId of members) if (!sent.has(userId)) sent.set(userId, upTo);
    this.#sent.set(key, sent);
  }
}

const keyOf = ({ userId, deviceId }: Viewer, roomId: RoomId): string => `${userId}\0${deviceId ?? ''}\0${roomId}`;
