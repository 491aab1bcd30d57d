import type { RoomId, UserId } from '../core/identifiers.ts';
import { execute, row, type Work } from '../kernel/work.ts';

/** The room in which a user gets server notices: https://spec.matrix.org/v1.19/client-server-api/#server-notices */
export function* find(userId: UserId): Work<RoomId | undefined> {
  const found = yield* row<{ roomId: RoomId }>('select room_id as "roomId" from server_notice_rooms where user_id = ?', userId);
  return found?.roomId;
}

/** Every user has one such room: it takes the place of the one before. */
export function* put(userId: UserId, roomId: RoomId): Work<void> {
  yield* execute(
    'insert into server_notice_rooms (user_id, room_id) values (?, ?) on conflict (user_id) do update set room_id = excluded.room_id',
    userId,
    roomId,
  );
}

export function* removeOf(userId: UserId): Work<void> {
  yield* execute('delete from server_notice_rooms where user_id = ?', userId);
}
