import type { UserId } from '../core/identifiers.ts';
import { execute, row, type Work } from '../kernel/work.ts';

export interface User {
  readonly userId: UserId;
  readonly passwordHash: string | undefined;
  readonly isGuest: boolean;
  readonly isAdmin: boolean;
  readonly isDeactivated: boolean;
  readonly isShadowBanned: boolean;
  /** Milliseconds since the epoch. */
  readonly createdTs: number;
}

interface UserRow {
  readonly user_id: UserId;
  readonly password_hash: string | null;
  readonly is_guest: number;
  readonly is_admin: number;
  readonly is_deactivated: number;
  readonly is_shadow_banned: number;
  readonly created_ts: number;
}

export function* find(userId: UserId): Work<User | undefined> {
  const found = yield* row<UserRow>(
    'select user_id, password_hash, is_guest, is_admin, is_deactivated, is_shadow_banned, created_ts from users where user_id = ?',
    userId,
  );
  if (found === undefined) return undefined;
  return {
    userId: found.user_id,
    passwordHash: found.password_hash ?? undefined,
    isGuest: found.is_guest === 1,
    isAdmin: found.is_admin === 1,
    isDeactivated: found.is_deactivated === 1,
    isShadowBanned: found.is_shadow_banned === 1,
    createdTs: found.created_ts,
  };
}

/** Makes an account. @returns false when the user id is taken, and nothing was changed */
export function* create(user: Omit<User, 'isDeactivated'>): Work<boolean> {
  const made = yield* row<{ user_id: string }>(
    `insert into users (user_id, password_hash, is_guest, is_admin, is_shadow_banned, created_ts) values (?, ?, ?, ?, ?, ?)
     on conflict (user_id) do nothing returning user_id`,
    user.userId,
    user.passwordHash ?? null,
    Number(user.isGuest),
    Number(user.isAdmin),
    Number(user.isShadowBanned),
    user.createdTs,
  );
  return made !== undefined;
}

export function* setPassword(userId: UserId, passwordHash: string): Work<void> {
  yield* execute('update users set password_hash = ? where user_id = ?', passwordHash, userId);
}
