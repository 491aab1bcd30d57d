import type { RoomAlias, RoomId, UserId } from '../core/identifiers.ts';
import { execute, row, rows, wake, type SqlValue, type Work } from '../kernel/work.ts';

export interface RoomDeletion {
  readonly deleteId: string;
  readonly roomId: RoomId;
  readonly status: 'active' | 'complete' | 'failed';
  /** Why it failed. */
  readonly error: string | undefined;
  readonly purge: boolean;
  /** Whether the room goes also when somebody could not be made to leave. */
  readonly forcePurge: boolean;
  /** Where those who leave are brought to. */
  readonly newRoomId: RoomId | undefined;
  /** Who was in the room when it began. */
  readonly members: readonly UserId[];
  readonly aliases: readonly RoomAlias[];
  /** How many bits of the work are done. */
  readonly steps: number;
}

interface DeletionRow {
  readonly deleteId: string;
  readonly roomId: RoomId;
  readonly status: RoomDeletion['status'];
  readonly error: string | null;
  readonly purge: number;
  readonly forcePurge: number;
  readonly newRoomId: RoomId | null;
  readonly members: string;
  readonly aliases: string;
  readonly steps: number;
}

const fromRow = (found: DeletionRow): RoomDeletion => ({
  ...found,
  error: found.error ?? undefined,
  purge: found.purge === 1,
  forcePurge: found.forcePurge === 1,
  newRoomId: found.newRoomId ?? undefined,
  members: JSON.parse(found.members) as UserId[],
  aliases: JSON.parse(found.aliases) as RoomAlias[],
});

function* findBy(condition: string, ...args: SqlValue[]): Work<readonly RoomDeletion[]> {
  const found = yield* rows<DeletionRow>(
    `select delete_id as "deleteId", room_id as "roomId", status, error, purge, force_purge as "forcePurge", new_room_id as "newRoomId",
       members, aliases, steps from room_deletions where ${condition}`,
    ...args,
  );
  return found.map(fromRow);
}

export function* find(deleteId: string): Work<RoomDeletion | undefined> {
  return (yield* findBy('delete_id = ?', deleteId))[0];
}

/** The deletions of a room, oldest first. */
export const listOf = (roomId: RoomId): Work<readonly RoomDeletion[]> => findBy('room_id = ? order by created_ts, delete_id', roomId);

/** Those that are under way, after one of them; the same one comes again once it has gone on. */
export const activeAfter = (last: RoomDeletion | undefined, limit: number): Work<readonly RoomDeletion[]> =>
  findBy(
    `status = 'active' and (delete_id > ? or (delete_id = ? and steps > ?)) order by delete_id limit ${limit}`,
    last?.deleteId ?? '',
    last?.deleteId ?? '',
    last?.steps ?? -1,
  );

/** @param requester undefined where a module asks for it. @param now ms since the epoch */
export function* add(deletion: Omit<RoomDeletion, 'error' | 'steps'>, requester: UserId | undefined, now: number): Work<void> {
  const { deleteId, roomId, status, purge, forcePurge, newRoomId, members, aliases } = deletion;
  yield* execute(
    `insert into room_deletions (delete_id, room_id, requester, status, purge, force_purge, new_room_id, members, aliases, created_ts)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    deleteId,
    roomId,
    requester ?? null,
    status,
    Number(purge),
    Number(forcePurge),
    newRoomId ?? null,
    JSON.stringify(members),
    JSON.stringify(aliases),
    now,
  );
  yield* wake('queue:room-deletions');
}

/** A bit of the work is done. */
export function* advance(deleteId: string): Work<void> {
  yield* execute('update room_deletions set steps = steps + 1 where delete_id = ?', deleteId);
}

/** @param error why it failed, if it did */
export function* end(deleteId: string, error: string | undefined): Work<void> {
  const status = error === undefined ? 'complete' : 'failed';
  yield* execute('update room_deletions set status = ?, error = ? where delete_id = ?', status, error ?? null, deleteId);
}

/** Forgets what was over before. @param before ms since the epoch */
export function* removeEnded(before: number): Work<void> {
  yield* execute("delete from room_deletions where status <> 'active' and created_ts < ?", before);
}

/** Some of those who are still in the room, or on their way into it, and who have not refused to go. */
export function* remaining({ deleteId, roomId }: RoomDeletion, limit: number): Work<readonly UserId[]> {
  const found = yield* rows<{ userId: UserId }>(
    `select user_id as "userId" from memberships where room_id = ? and membership in ('join', 'invite', 'knock')
       and user_id not in (select user_id from room_deletion_failures where delete_id = ?) limit ?`,
    roomId,
    deleteId,
    limit,
  );
  return found.map(({ userId }) => userId);
}

/** Somebody could not be made to leave. */
export function* addFailure(deleteId: string, userId: UserId): Work<void> {
  yield* execute('insert into room_deletion_failures (delete_id, user_id) values (?, ?) on conflict do nothing', deleteId, userId);
}

export function* failuresOf(deleteId: string): Work<readonly UserId[]> {
  const found = yield* rows<{ userId: UserId }>(
    'select user_id as "userId" from room_deletion_failures where delete_id = ? order by user_id',
    deleteId,
  );
  return found.map(({ userId }) => userId);
}

/** @param by undefined where a module asks for it. @param now ms since the epoch */
export function* block(roomId: RoomId, by: UserId | undefined, now: number): Work<void> {
  yield* execute('insert into blocked_rooms (room_id, blocked_by, created_ts) values (?, ?, ?) on conflict do nothing', roomId, by ?? null, now);
}

/** Whether nobody may enter a room: it is blocked, or being deleted. */
export function* isClosed(roomId: RoomId): Work<boolean> {
  const found = yield* row<{ closed: number }>(
    `select 1 as closed where exists (select 1 from blocked_rooms where room_id = ?)
       or exists (select 1 from room_deletions where room_id = ? and status = 'active')`,
    roomId,
    roomId,
  );
  return found !== undefined;
}
