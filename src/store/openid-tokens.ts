import type { UserId } from '../core/identifiers.ts';
import { execute, row, type Work } from '../kernel/work.ts';

/** Makes a token, and forgets those that are over. @param now and @param expiresTs milliseconds since the epoch */
export function* create(hash: string, userId: UserId, now: number, expiresTs: number): Work<void> {
  yield* execute('delete from openid_tokens where expires_ts <= ?', now);
  yield* execute('insert into openid_tokens (hash, user_id, expires_ts) values (?, ?, ?)', hash, userId, expiresTs);
}

/** Whose token this is, as long as it is valid and the account lives. @param now milliseconds since the epoch */
export function* find(hash: string, now: number): Work<UserId | undefined> {
  const found = yield* row<{ userId: UserId }>(
    `select t.user_id as "userId" from openid_tokens t join users u on u.user_id = t.user_id
     where t.hash = ? and t.expires_ts > ? and u.is_deactivated = 0 and u.is_locked = 0`,
    hash,
    now,
  );
  return found?.userId;
}
