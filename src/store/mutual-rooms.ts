import type { RoomId, UserId } from '../core/identifiers.ts';
import { row, rows, type Work } from '../kernel/work.ts';

const SHARED = `memberships mine join memberships theirs on theirs.room_id = mine.room_id
  where mine.user_id = ? and mine.membership = 'join' and theirs.user_id = ? and theirs.membership = 'join'`;

/** Rooms that both users are joined to, in the order of their ids. @param after the last one of the page before */
export function* page(one: UserId, other: UserId, after: RoomId | undefined, limit: number): Work<readonly RoomId[]> {
  const found = yield* rows<{ roomId: RoomId }>(
    `select mine.room_id as "roomId" from ${SHARED} and mine.room_id > ? order by mine.room_id limit ?`,
    one,
    other,
    after ?? '',
    limit,
  );
  return found.map(({ roomId }) => roomId);
}

/** How many there are. */
export function* count(one: UserId, other: UserId): Work<number> {
  return (yield* row<{ count: number }>(`select count(*) as count from ${SHARED}`, one, other))?.count ?? 0;
}
