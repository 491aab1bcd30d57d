import type { RoomId, UserId } from '../core/identifiers.ts';
import { execute, rows, wake, type Work } from '../kernel/work.ts';

/** A room that a deactivated user has still to leave. */
export interface Departure {
  readonly userId: UserId;
  readonly roomId: RoomId;
}

/** Puts every room that the user is in, invited to or knocking on into the queue. */
export function* addAllRoomsOf(userId: UserId): Work<void> {
  yield* execute(
    `insert into departures (user_id, room_id)
     select user_id, room_id from memberships where user_id = ? and membership in ('join', 'invite', 'knock') on conflict do nothing`,
    userId,
  );
  yield* wake('queue:departures');
}

/** The next ones after one of them, in the order of the queue. */
export function* after(last: Departure | undefined, limit: number): Work<readonly Departure[]> {
  return yield* rows<Departure>(
    `select user_id as "userId", room_id as "roomId" from departures
     where user_id > ? or (user_id = ? and room_id > ?) order by user_id, room_id limit ${limit}`,
    last?.userId ?? '',
    last?.userId ?? '',
    last?.roomId ?? '',
  );
}

export function* remove({ userId, roomId }: Departure): Work<void> {
  yield* execute('delete from departures where user_id = ? and room_id = ?', userId, roomId);
}
