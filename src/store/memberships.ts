import { stringAt } from '../core/json.ts';
import type { EventId, RoomId, UserId } from '../core/identifiers.ts';
import { inList, row, rows, type Work } from '../kernel/work.ts';
import type { StoredEvent } from './events.ts';
import { stateHistory } from './state-history.ts';

/** How a user stands to a room now. */
export interface Membership {
  readonly userId: UserId;
  readonly roomId: RoomId;
  readonly membership: string;
  /** Who made it so. */
  readonly sender: UserId;
  readonly eventId: EventId;
  /** The stream position of the m.room.member event. */
  readonly pos: number;
  readonly displayName: string | null;
  readonly avatarUrl: string | null;
  /** 1 when the user has left and does not want to remember the room. */
  readonly forgotten: number;
}

const COLUMNS =
  'user_id as "userId", room_id as "roomId", membership, sender, event_id as "eventId", pos, display_name as "displayName", avatar_url as "avatarUrl", forgotten';

export function* find(roomId: RoomId, userId: UserId): Work<Membership | undefined> {
  return yield* row<Membership>(`select ${COLUMNS} from memberships where user_id = ? and room_id = ?`, userId, roomId);
}

/** How a user stands to each of some rooms; those that they never had to do with are left out. */
export function* findIn(roomIds: readonly RoomId[], userId: UserId): Work<ReadonlyMap<RoomId, Membership>> {
  const list = inList(roomIds);
  const found = yield* rows<Membership>(`select ${COLUMNS} from memberships where user_id = ? and room_id in ${list.marks}`, userId, ...list.args);
  return new Map(found.map((membership) => [membership.roomId, membership]));
}

/** The last time that a user was joined to a room. */
export interface Stay {
  /** The position of the newest event that said `join`. */
  readonly joinedAt: number;
  /** The event by which it ended; undefined while it lasts. */
  readonly departure: StoredEvent | undefined;
}

/** @returns undefined for a user who was never joined */
export function* lastStay(roomId: RoomId, userId: UserId): Work<Stay | undefined> {
  let departure: StoredEvent | undefined;
  for (;;) {
    const page = yield* stateHistory(roomId, 'm.room.member', userId, departure?.pos);
    if (page.length === 0) return undefined;
    for (const stored of page) {
      if (stringAt(stored.event.content, 'membership') === 'join') return { joinedAt: stored.pos, departure };
      departure = stored;
    }
  }
}
