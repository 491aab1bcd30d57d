import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import * as deviceLists from '../../store/device-lists.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#e2e-extensions-to-sync */
export interface DeviceListNews {
  /** Whose keys changed, or who shares a room with the user only now. */
  readonly changed: readonly UserId[];
  /** Who shares no room with the user any more. */
  readonly left: readonly UserId[];
}

/** Where something may have happened since. Every room counts as one that may be encrypted. */
export interface Occasions {
  /** Of the user's rooms, those that were woken. */
  readonly rooms: readonly RoomId[];
  /** Whether something about the user alone was. */
  readonly user: boolean;
}

/** How many rooms one query looks into. */
const ROOMS_AT_ONCE = 128;

/** What a user has to hear about the keys of others since a position. */
export function* deviceListNews(userId: UserId, since: number, { rooms, user }: Occasions): Work<DeviceListNews> {
  const changed = new Set(yield* deviceLists.changedSince(userId, since));
  const left = new Set<UserId>();
  if (user) {
    for (const other of yield* deviceLists.signedSince(userId, since)) changed.add(other);
    for (const other of yield* deviceLists.metByJoining(userId, since)) changed.add(other);
    for (const other of yield* deviceLists.lostByLeaving(userId, since)) left.add(other);
  }
  for (let start = 0; start < rooms.length; start += ROOMS_AT_ONCE) {
    const passages = yield* deviceLists.passagesIn(rooms.slice(start, start + ROOMS_AT_ONCE), userId, since);
    for (const other of passages.joined) changed.add(other);
    for (const other of passages.left) left.add(other);
  }
  return { changed: [...changed], left: [...left] };
}
