import type { RoomId, UserId } from '../core/identifiers.ts';
import { execute, rows, wake, type Work } from '../kernel/work.ts';

/** A room into which a changed profile has still to be carried. */
export interface ProfileUpdate {
  readonly userId: UserId;
  readonly roomId: RoomId;
  /** Grows when the profile changes again before it was carried there. */
  readonly change: number;
}

/** Puts every room that the user is joined to into the queue. */
export function* addAllRoomsOf(userId: UserId): Work<void> {
  yield* execute(
    `insert into profile_updates (user_id, room_id, change)
     select user_id, room_id, 1 from memberships where user_id = ? and membership = 'join'
     on conflict (user_id, room_id) do update set change = profile_updates.change + 1`,
    userId,
  );
  yield* wake('queue:profile-updates');
}

/** The next ones after one of them, in the order of the queue. */
export function* after(last: ProfileUpdate | undefined, limit: number): Work<readonly ProfileUpdate[]> {
  return yield* rows<ProfileUpdate>(
    `select user_id as "userId", room_id as "roomId", change from profile_updates
     where user_id > ? or (user_id = ? and room_id > ?) order by user_id, room_id limit ${limit}`,
    last?.userId ?? '',
    last?.userId ?? '',
    last?.roomId ?? '',
  );
}

/** Takes one out, unless the profile has changed again. */
export function* remove({ userId, roomId, change }: ProfileUpdate): Work<void> {
  yield* execute('delete from profile_updates where user_id = ? and room_id = ? and change = ?', userId, roomId, change);
}
