import type { UserId } from '../core/identifiers.ts';
import { execute, row, type Work } from '../kernel/work.ts';

/** Whose token this is, as long as it is valid. @param now milliseconds since the epoch */
export function* find(hash: string, now: number): Work<UserId | undefined> {
  const found = yield* row<{ userId: UserId }>('select user_id as "userId" from login_tokens where hash = ? and expires_ts > ?', hash, now);
  return found?.userId;
}

/** Makes a token, and forgets those that nobody has used in time. @param expiresTs milliseconds since the epoch */
export function* create(hash: string, userId: UserId, now: number, expiresTs: number): Work<void> {
  yield* execute('delete from login_tokens where expires_ts <= ?', now);
  yield* execute('insert into login_tokens (hash, user_id, expires_ts) values (?, ?, ?)', hash, userId, expiresTs);
}

/** Uses a token up. @returns whose it was, undefined when it is not valid (any more) */
export function* redeem(hash: string, now: number): Work<UserId | undefined> {
  const used = yield* row<{ userId: UserId }>('delete from login_tokens where hash = ? and expires_ts > ? returning user_id as "userId"', hash, now);
  return used?.userId;
}

export function* removeAllOf(userId: UserId): Work<void> {
  yield* execute('delete from login_tokens where user_id = ?', userId);
}
