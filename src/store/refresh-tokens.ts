import type { DeviceId, UserId } from '../core/identifiers.ts';
import { execute, row, type Work } from '../kernel/work.ts';
import * as accessTokens from './access-tokens.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#refreshing-access-tokens */
export interface RefreshToken {
  readonly tokenId: number;
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  /** The token that it was exchanged for; it stays valid until that one, or the access token with it, is used. */
  readonly nextTokenId: number | undefined;
}

export function* find(hash: string): Work<RefreshToken | undefined> {
  const found = yield* row<Omit<RefreshToken, 'nextTokenId'> & { nextTokenId: number | null }>(
    'select token_id as "tokenId", user_id as "userId", device_id as "deviceId", next_token_id as "nextTokenId" from refresh_tokens where hash = ?',
    hash,
  );
  return found === undefined ? undefined : { ...found, nextTokenId: found.nextTokenId ?? undefined };
}

interface NewRefreshToken {
  readonly hash: string;
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  /** The access token that is given out together with it. */
  readonly accessTokenId: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** @returns the token's number */
export function* create({ hash, userId, deviceId, accessTokenId, now }: NewRefreshToken): Work<number> {
  const made = yield* row<{ tokenId: number }>(
    'insert into refresh_tokens (hash, user_id, device_id, access_token_id, created_ts) values (?, ?, ?, ?, ?) returning token_id as "tokenId"',
    hash,
    userId,
    deviceId,
    accessTokenId,
    now,
  );
  if (made === undefined) throw new Error('No refresh token was made');
  return made.tokenId;
}

/** Remembers what a token was exchanged for. */
export function* setNext(tokenId: number, nextTokenId: number): Work<void> {
  yield* execute('update refresh_tokens set next_token_id = ? where token_id = ?', nextTokenId, tokenId);
}

/** Ends a refresh token together with its access token. */
export function* remove(userId: UserId, tokenId: number): Work<void> {
  const removed = yield* row<{ accessTokenId: number | null }>(
    'delete from refresh_tokens where token_id = ? returning access_token_id as "accessTokenId"',
    tokenId,
  );
  if (removed?.accessTokenId) yield* accessTokens.remove(userId, removed.accessTokenId);
}

/** Ends the token that was exchanged for this one, if it is still there: this one has arrived. */
export function* removePredecessorOf(userId: UserId, tokenId: number): Work<void> {
  const predecessor = yield* row<{ tokenId: number }>(
    'select token_id as "tokenId" from refresh_tokens where user_id = ? and next_token_id = ?',
    userId,
    tokenId,
  );
  if (predecessor !== undefined) yield* remove(userId, predecessor.tokenId);
}

/** The refresh token that came with an access token. */
export function* numberOfPartner(userId: UserId, accessTokenId: number): Work<number | undefined> {
  const found = yield* row<{ tokenId: number }>(
    'select token_id as "tokenId" from refresh_tokens where user_id = ? and access_token_id = ?',
    userId,
    accessTokenId,
  );
  return found?.tokenId;
}
