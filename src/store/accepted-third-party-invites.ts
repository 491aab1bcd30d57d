import type { RoomId, UserId } from '../core/identifiers.ts';
import { row, type Work } from '../kernel/work.ts';

/** Whether somebody has accepted the invitation with this token. */
export function* has(roomId: RoomId, token: string): Work<boolean> {
  const found = yield* row('select 1 as found from accepted_third_party_invites where room_id = ? and token = ?', roomId, token);
  return found !== undefined;
}

/** @returns false when it was accepted before */
export function* add(roomId: RoomId, token: string, userId: UserId): Work<boolean> {
  const added = yield* row(
    'insert into accepted_third_party_invites (room_id, token, user_id) values (?, ?, ?) on conflict do nothing returning token',
    roomId,
    token,
    userId,
  );
  return added !== undefined;
}
