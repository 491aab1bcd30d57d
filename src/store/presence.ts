import type { RoomId, UserId } from '../core/identifiers.ts';
import type { PresenceState } from '../kernel/question-values.ts';
import { execute, inList, row, rows, type Work } from '../kernel/work.ts';

/** What is stored of a user's presence. */
export interface StoredPresence {
  readonly userId: UserId;
  readonly state: PresenceState['state'];
  readonly statusMsg: string | undefined;
  /** Milliseconds since the epoch. */
  readonly lastActiveTs: number;
  /** Nobody else may see it. */
  readonly isShadowBanned: boolean;
}

interface PresenceRow {
  readonly user_id: UserId;
  readonly state: PresenceState['state'];
  readonly status_msg: string | null;
  readonly last_active_ts: number;
  readonly is_shadow_banned: number | null;
}

const SELECT = `select p.user_id, p.state, p.status_msg, p.last_active_ts, u.is_shadow_banned
 from presence p left join users u on u.user_id = p.user_id`;

const fromRow = (found: PresenceRow): StoredPresence => ({
  userId: found.user_id,
  state: found.state,
  statusMsg: found.status_msg ?? undefined,
  lastActiveTs: found.last_active_ts,
  isShadowBanned: found.is_shadow_banned === 1,
});

/** @returns undefined for a user who was never online */
export function* find(userId: UserId): Work<StoredPresence | undefined> {
  const found = yield* row<PresenceRow>(`${SELECT} where p.user_id = ?`, userId);
  return found === undefined ? undefined : fromRow(found);
}

/** Those who were not offline when it was last written. */
export function* present(): Work<readonly StoredPresence[]> {
  return (yield* rows<PresenceRow>(`${SELECT} where p.state <> 'offline'`)).map(fromRow);
}

/** Stores what a user is, when it is something else than before: activity alone is not written each time. */
export function* put({ userId, state, statusMsg, lastActiveTs }: PresenceState): Work<void> {
  const before = yield* find(userId);
  if (before?.state === state && before.statusMsg === statusMsg) return;
  yield* execute(
    `insert into presence (user_id, state, status_msg, last_active_ts) values (?, ?, ?, ?)
     on conflict (user_id) do update set state = excluded.state, status_msg = excluded.status_msg, last_active_ts = excluded.last_active_ts`,
    userId,
    state,
    statusMsg ?? null,
    lastActiveTs,
  );
}

/** Those of some users who sit in a room together with a user. It goes through their rooms, of which most have few; the user may have thousands. */
export function* sharingRooms(userId: UserId, others: readonly UserId[]): Work<ReadonlySet<UserId>> {
  if (others.length === 0) return new Set();
  const list = inList(others);
  const found = yield* rows<{ user_id: UserId }>(
    `select distinct theirs.user_id from memberships theirs cross join memberships mine
     where theirs.user_id in ${list.marks} and theirs.membership = 'join'
     and mine.user_id = ? and mine.room_id = theirs.room_id and mine.membership = 'join'`,
    ...list.args,
    userId,
  );
  return new Set(found.map((other) => other.user_id));
}

/** Whether a user joined any room after one position, up to another, and is still there. */
export function* hasJoinedBetween(userId: UserId, after: number, upTo: number): Work<boolean> {
  const found = yield* row(
    "select 1 from memberships where user_id = ? and membership = 'join' and joined_pos > ? and joined_pos <= ? limit 1",
    userId,
    after,
    upTo,
  );
  return found !== undefined;
}

/** Those of some users who sit in a room that the user joined after one position, up to another. */
export function* inRoomsJoinedBetween(userId: UserId, others: readonly UserId[], after: number, upTo: number): Work<ReadonlySet<UserId>> {
  if (others.length === 0) return new Set();
  const list = inList(others);
  const found = yield* rows<{ user_id: UserId }>(
    `select distinct other.user_id from memberships mine join memberships other on other.room_id = mine.room_id
     where mine.user_id = ? and mine.membership = 'join' and mine.joined_pos > ? and mine.joined_pos <= ?
     and other.user_id in ${list.marks} and other.membership = 'join'`,
    userId,
    after,
    upTo,
    ...list.args,
  );
  return new Set(found.map((other) => other.user_id));
}

/** Who joined any of some rooms after one position, up to another, and is still there. */
export function* joinedBetween(roomIds: readonly RoomId[], after: number, upTo: number): Work<readonly UserId[]> {
  if (roomIds.length === 0) return [];
  const list = inList(roomIds);
  const found = yield* rows<{ user_id: UserId }>(
    `select distinct m.user_id from current_state_changes c join memberships m on m.room_id = c.room_id and m.user_id = c.state_key
     where c.room_id in ${list.marks} and c.pos > ? and c.type = 'm.room.member'
     and m.membership = 'join' and m.joined_pos > ? and m.joined_pos <= ?`,
    ...list.args,
    after,
    after,
    upTo,
  );
  return found.map((other) => other.user_id);
}
