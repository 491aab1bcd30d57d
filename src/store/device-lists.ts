import type { RoomId, UserId } from '../core/identifiers.ts';
import { execute, inList, rows, wake, type Work } from '../kernel/work.ts';
import { nextPosition } from './stream.ts';

interface UserRow {
  readonly userId: UserId;
}
const idsOf = (found: readonly UserRow[]): readonly UserId[] => found.map(({ userId }) => userId);

/**
 * Whether somebody (`other`) is joined to a room that the user (`?`) is joined to as well. It goes through the rooms of the others, of whom
 * most have few: the user, who asks about all of them, may have thousands. `cross join` is what SQLite takes as it stands.
 */
const shares = (other: string): string =>
  `exists (select 1 from memberships theirs cross join memberships mine
   where theirs.user_id = ${other} and theirs.membership = 'join'
   and mine.user_id = ? and mine.room_id = theirs.room_id and mine.membership = 'join')`;

/**
 * Tells everybody who shares a room with the user that their device or cross-signing keys have changed. What is written is one row;
 * the others are woken by the rooms, not one by one.
 */
export function* announce(userId: UserId): Work<void> {
  const pos = yield* nextPosition();
  yield* execute('insert into device_lists (user_id, pos) values (?, ?) on conflict (user_id) do update set pos = excluded.pos', userId, pos);
  yield* wake(`user:${userId}`);
  const rooms = yield* rows<{ roomId: RoomId }>(`select room_id as "roomId" from memberships where user_id = ? and membership = 'join'`, userId);
  for (const { roomId } of rooms) yield* wake(`room:${roomId}`);
}

/** Users whose keys changed after a position and who share a room with the user; the user too. */
export function* changedSince(userId: UserId, after: number): Work<readonly UserId[]> {
  return idsOf(
    yield* rows<UserRow>(
      `select d.user_id as "userId" from device_lists d where d.pos > ? and (d.user_id = ? or ${shares('d.user_id')})`,
      after,
      userId,
      userId,
    ),
  );
}

/** Users whose keys the user has signed after a position: the user's other devices have not seen these signatures. */
export function* signedSince(userId: UserId, after: number): Work<readonly UserId[]> {
  return idsOf(
    yield* rows<UserRow>(
      'select distinct user_id as "userId" from key_signatures where signer_id = ? and pos > ? and user_id <> ?',
      userId,
      after,
      userId,
    ),
  );
}

/** Who is joined to the rooms that the user has joined after a position. */
export function* metByJoining(userId: UserId, after: number): Work<readonly UserId[]> {
  return idsOf(
    yield* rows<UserRow>(
      `select distinct theirs.user_id as "userId" from memberships mine
       join memberships theirs on theirs.room_id = mine.room_id and theirs.membership = 'join' and theirs.user_id <> mine.user_id
       where mine.user_id = ? and mine.membership = 'join' and mine.joined_pos > ?`,
      userId,
      after,
    ),
  );
}

/** Who was joined to the rooms that the user has left after a position, and shares no room with the user any more. */
export function* lostByLeaving(userId: UserId, after: number): Work<readonly UserId[]> {
  return idsOf(
    yield* rows<UserRow>(
      `select distinct gone.user_id as "userId" from memberships old
       join memberships gone on gone.room_id = old.room_id and gone.user_id <> old.user_id and (gone.membership = 'join' or gone.left_pos > ?)
       where old.user_id = ? and old.membership <> 'join' and old.left_pos > ? and not ${shares('gone.user_id')}`,
      after,
      userId,
      after,
      userId,
    ),
  );
}

export interface Passages {
  readonly joined: readonly UserId[];
  readonly left: readonly UserId[];
}

/** Who has joined, or left without sharing another room with the user, in some of the user's rooms after a position. */
export function* passagesIn(roomIds: readonly RoomId[], userId: UserId, after: number): Work<Passages> {
  const list = inList(roomIds);
  const found = yield* rows<UserRow & { isJoined: number; isShared: number }>(
    `select distinct m.user_id as "userId", case when m.membership = 'join' then 1 else 0 end as "isJoined",
     case when ${shares('m.user_id')} then 1 else 0 end as "isShared"
     from current_state_changes c join memberships m on m.room_id = c.room_id and m.user_id = c.state_key
     where c.room_id in ${list.marks} and c.pos > ? and c.type = 'm.room.member' and m.user_id <> ?
     and ((m.membership = 'join' and m.joined_pos > ?) or (m.membership <> 'join' and m.left_pos > ?))`,
    userId,
    ...list.args,
    after,
    userId,
    after,
    after,
  );
  const joined = found.filter(({ isJoined }) => isJoined === 1);
  const left = found.filter(({ isJoined, isShared }) => isJoined === 0 && isShared === 0);
  return { joined: idsOf(joined), left: idsOf(left) };
}
