import type { DeviceId, UserId } from '../core/identifiers.ts';
import { execute, row, rows, wake, type Work } from '../kernel/work.ts';
import { FLAGS, flagsOf, type FlagsRow, type UserFlags } from './user-flags.ts';

export interface AccessToken extends UserFlags {
  readonly tokenId: number;
  readonly userId: UserId;
  readonly deviceId: DeviceId | undefined;
  /** Milliseconds since the epoch; undefined for a token that does not expire. */
  readonly expiresTs: number | undefined;
  /** Whether an older refresh token is good until this token is used. */
  readonly hasPredecessor: boolean;
}

interface TokenRow extends FlagsRow {
  readonly token_id: number;
  readonly user_id: UserId;
  readonly device_id: DeviceId | null;
  readonly expires_ts: number | null;
  readonly has_predecessor: number;
}

/** The token of a hash together with what every request needs to know of its user. */
export function* find(hash: string): Work<AccessToken | undefined> {
  const found = yield* row<TokenRow>(
    `select t.token_id, t.user_id, t.device_id, t.expires_ts, ${FLAGS},
       case when t.expires_ts is not null and exists (
         select 1 from refresh_tokens old join refresh_tokens new on new.token_id = old.next_token_id
         where old.user_id = t.user_id and old.device_id = t.device_id and new.access_token_id = t.token_id
       ) then 1 else 0 end as has_predecessor
     from access_tokens t join users u on u.user_id = t.user_id where t.hash = ?`,
    hash,
  );
  if (found === undefined) return undefined;
  return {
    tokenId: found.token_id,
    userId: found.user_id,
    deviceId: found.device_id ?? undefined,
    expiresTs: found.expires_ts ?? undefined,
    hasPredecessor: found.has_predecessor === 1,
    ...flagsOf(found),
  };
}

/** Whether a token is still there, and whether its user is locked; undefined when it is not. */
export function* standingOf(tokenId: number): Work<{ readonly isLocked: boolean } | undefined> {
  const found = yield* row<{ is_locked: number }>(
    'select u.is_locked from access_tokens t join users u on u.user_id = t.user_id where t.token_id = ?',
    tokenId,
  );
  return found && { isLocked: found.is_locked === 1 };
}

/** @param expiresTs milliseconds since the epoch. @returns the token's number */
export function* create(hash: string, userId: UserId, deviceId: DeviceId | undefined, now: number, expiresTs?: number): Work<number> {
  const made = yield* row<{ token_id: number }>(
    'insert into access_tokens (hash, user_id, device_id, created_ts, expires_ts) values (?, ?, ?, ?, ?) returning token_id',
    hash,
    userId,
    deviceId ?? null,
    now,
    expiresTs ?? null,
  );
  if (made === undefined) throw new Error('No access token was made');
  return made.token_id;
}

/** An access token that was ended. */
export interface EndedToken {
  readonly userId: UserId;
  readonly deviceId: DeviceId | undefined;
  readonly tokenId: number;
}

export function* remove(userId: UserId, tokenId: number): Work<readonly EndedToken[]> {
  return yield* end(userId, 'token_id = ?', tokenId);
}

/** Ends the access and refresh tokens of a device. */
export function* removeOfDevice(userId: UserId, deviceId: DeviceId): Work<readonly EndedToken[]> {
  const ended = yield* end(userId, 'device_id = ?', deviceId);
  yield* execute('delete from refresh_tokens where user_id = ? and device_id = ?', userId, deviceId);
  return ended;
}

/** Ends the access tokens that belong to no device. @param except the number of one that stays */
export function* removeWithoutDevice(userId: UserId, except: number | undefined): Work<readonly EndedToken[]> {
  return yield* end(userId, 'device_id is null and token_id <> ?', except ?? -1);
}

function* end(userId: UserId, condition: string, value: string | number): Work<readonly EndedToken[]> {
  const ended = yield* rows<{ tokenId: number; deviceId: DeviceId | null }>(
    `delete from access_tokens where user_id = ? and ${condition} returning token_id as "tokenId", device_id as "deviceId"`,
    userId,
    value,
  );
  if (ended.length > 0) yield* wake(`access:${userId}`);
  return ended.map(({ tokenId, deviceId }) => ({ userId, tokenId, deviceId: deviceId ?? undefined }));
}
