import type { UserId } from '../core/identifiers.ts';
import { askJointly } from '../kernel/joint-question.ts';
import { execute, inList, row, rows, wake, type Work } from '../kernel/work.ts';
import { nextPosition } from './stream.ts';
import { FLAGS, flagsOf, type FlagsRow, type UserFlags } from './user-flags.ts';
import * as userDirectory from './user-directory.ts';

export interface User extends UserFlags {
  readonly userId: UserId;
  readonly passwordHash: string | undefined;
  /** Asked, on leaving, that as little as possible be kept of them. */
  readonly isErased: boolean;
  /** What an administrator says that the account is for, e.g. `bot`. */
  readonly userType: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdTs: number;
}

export type NewUser = Omit<User, 'isDeactivated' | 'isLocked' | 'isSuspended' | 'isErased'>;

interface UserRow extends FlagsRow {
  readonly user_id: UserId;
  readonly password_hash: string | null;
  readonly erased_pos: number | null;
  readonly user_type: string | null;
  readonly created_ts: number;
}

const USERS = `select user_id, password_hash, ${FLAGS}, erased_pos, user_type, created_ts from users`;

const fromRow = (found: UserRow): User => ({
  userId: found.user_id,
  passwordHash: found.password_hash ?? undefined,
  ...flagsOf(found),
  isErased: found.erased_pos !== null,
  userType: found.user_type ?? undefined,
  createdTs: found.created_ts,
});

export function* find(userId: UserId): Work<User | undefined> {
  const found = yield* row<UserRow>(`${USERS} where user_id = ?`, userId);
  return found === undefined ? undefined : fromRow(found);
}

/** Some accounts, in the order of their ids. @param after the id behind which to go on */
export function* list(after: string, limit: number): Work<readonly User[]> {
  return (yield* rows<UserRow>(`${USERS} where user_id > ? order by user_id limit ?`, after, limit)).map(fromRow);
}

/** True for a deactivated one as well: its id is never given out again. */
export function* exists(userId: UserId): Work<boolean> {
  return (yield* row<{ user_id: string }>('select user_id from users where user_id = ?', userId)) !== undefined;
}

/** Those of these user ids that belong to an account. */
export function* existing(userIds: readonly UserId[]): Work<readonly UserId[]> {
  const list = inList(userIds);
  const found = yield* rows<{ user_id: UserId }>(`select user_id from users where user_id in ${list.marks}`, ...list.args);
  return found.map((user) => user.user_id);
}

/** Those of some users who are erased, with the stream position at which they were. */
export function* erasedAmong(userIds: readonly UserId[]): Work<ReadonlyMap<UserId, number>> {
  const list = inList(userIds);
  const found = yield* askJointly<{ userId: UserId; pos: number }>({
    sql: `select user_id as "userId", erased_pos as "pos" from users where erased_pos is not null and user_id in ${list.marks}`,
    args: list.args,
    joint: { sql: ERASED_TOGETHER, about: userIds, rest: [] },
  });
  return new Map(found.map(({ userId, pos }) => [userId, pos]));
}

const ERASED_TOGETHER = `select asked.key as asked, user_id as "userId", erased_pos as "pos" from json_each(?) asked
  cross join users where erased_pos is not null and user_id in (select value from json_each(asked.value))`;

/** Makes an account. @returns false when the user id is taken, and nothing was changed */
export function* create(user: NewUser): Work<boolean> {
  const made = yield* row<{ user_id: string }>(
    `insert into users (user_id, password_hash, is_guest, is_admin, is_shadow_banned, user_type, created_ts) values (?, ?, ?, ?, ?, ?, ?)
     on conflict (user_id) do nothing returning user_id`,
    user.userId,
    user.passwordHash ?? null,
    Number(user.isGuest),
    Number(user.isAdmin),
    Number(user.isShadowBanned),
    user.userType ?? null,
    user.createdTs,
  );
  if (made === undefined) return false;
  yield* userDirectory.note(user.userId, undefined);
  return true;
}

/** Makes a guest's account a full one. @returns false when it is no guest's (any more) */
export function* upgradeGuest({ userId, passwordHash, isShadowBanned }: NewUser): Work<boolean> {
  const upgraded = yield* row<{ user_id: string }>(
    `update users set is_guest = 0, password_hash = ?, is_shadow_banned = ?
     where user_id = ? and is_guest = 1 and is_deactivated = 0 returning user_id`,
    passwordHash ?? null,
    Number(isShadowBanned),
    userId,
  );
  yield* wake(`access:${userId}`);
  return upgraded !== undefined;
}

export function* setPassword(userId: UserId, passwordHash: string): Work<void> {
  yield* execute('update users set password_hash = ? where user_id = ?', passwordHash, userId);
}

/** Makes or unmakes a server administrator. */
export function* setAdmin(userId: UserId, isAdmin: boolean): Work<void> {
  yield* execute('update users set is_admin = ? where user_id = ?', Number(isAdmin), userId);
  yield* wake(`access:${userId}`);
}

export function* setShadowBanned(userId: UserId, isShadowBanned: boolean): Work<void> {
  yield* execute('update users set is_shadow_banned = ? where user_id = ?', Number(isShadowBanned), userId);
  yield* wake(`access:${userId}`);
}

/** Locks an account, or unlocks it. Requests that wait notice. */
export function* setLocked(userId: UserId, isLocked: boolean): Work<void> {
  yield* execute('update users set is_locked = ? where user_id = ?', Number(isLocked), userId);
  yield* wake(`access:${userId}`);
  yield* wake(`user:${userId}`);
}

/** Suspends an account, or lets it act again. */
export function* setSuspended(userId: UserId, isSuspended: boolean): Work<void> {
  yield* execute('update users set is_suspended = ? where user_id = ?', Number(isSuspended), userId);
  yield* wake(`access:${userId}`);
}

/** Says what an account is for. @param userType undefined: nothing in particular */
export function* setUserType(userId: UserId, userType: string | undefined): Work<void> {
  yield* execute('update users set user_type = ? where user_id = ?', userType ?? null, userId);
}

/** Ends an account, which only an administrator can open again. The id stays taken. */
export function* deactivate(userId: UserId, options: { readonly erase: boolean }): Work<void> {
  yield* execute(
    'update users set is_deactivated = 1, erased_pos = coalesce(erased_pos, ?), is_admin = 0, password_hash = null where user_id = ?',
    options.erase ? yield* nextPosition() : null,
    userId,
  );
  yield* userDirectory.remove(userId);
  yield* wake(`access:${userId}`);
}

/** Opens an account again that had ended; nobody can log in by password until one is set. @param displayName by which it is found */
export function* reactivate(userId: UserId, displayName: string | undefined): Work<void> {
  yield* execute('update users set is_deactivated = 0, erased_pos = null where user_id = ?', userId);
  yield* userDirectory.note(userId, displayName);
  yield* wake(`access:${userId}`);
}
