import type { UserId } from '../core/identifiers.ts';
import { execute, row, type Work } from '../kernel/work.ts';

/** Who logs in by a token, and where that began. */
export interface LoginToken {
  readonly userId: UserId;
  /** The provider of single sign-on; undefined for a token that the user has asked for. */
  readonly provider: string | undefined;
}

interface TokenRow {
  readonly userId: UserId;
  readonly provider: string | null;
}

const tokenOf = (found: TokenRow | undefined): LoginToken | undefined => found && { userId: found.userId, provider: found.provider ?? undefined };

/** Whose token this is, as long as it is valid. @param now milliseconds since the epoch */
export function* find(hash: string, now: number): Work<LoginToken | undefined> {
  return tokenOf(yield* row<TokenRow>('select user_id as "userId", provider from login_tokens where hash = ? and expires_ts > ?', hash, now));
}

interface NewLoginToken extends LoginToken {
  readonly hash: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly expiresTs: number;
}

/** Makes a token, and forgets those that nobody has used in time. */
export function* create({ hash, userId, provider, now, expiresTs }: NewLoginToken): Work<void> {
  yield* execute('delete from login_tokens where expires_ts <= ?', now);
  yield* execute('insert into login_tokens (hash, user_id, provider, expires_ts) values (?, ?, ?, ?)', hash, userId, provider ?? null, expiresTs);
}

/** Uses a token up. @returns whose it was, undefined when it is not valid (any more) */
export function* redeem(hash: string, now: number): Work<LoginToken | undefined> {
  return tokenOf(
    yield* row<TokenRow>('delete from login_tokens where hash = ? and expires_ts > ? returning user_id as "userId", provider', hash, now),
  );
}

export function* removeAllOf(userId: UserId): Work<void> {
  yield* execute('delete from login_tokens where user_id = ?', userId);
}
