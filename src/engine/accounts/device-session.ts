import { randomInt } from 'node:crypto';
import type { DeviceId, UserId } from '../../core/identifiers.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as accessTokens from '../../store/access-tokens.ts';
import * as crossSigning from '../../store/cross-signing.ts';
import * as dehydratedDevices from '../../store/dehydrated-devices.ts';
import * as devices from '../../store/devices.ts';
import * as refreshTokens from '../../store/refresh-tokens.ts';
import { hashToken, newToken } from '../tokens.ts';
import { checkedDeviceId, checkedDisplayName } from './device-names.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DEVICE_ID_LENGTH = 10;

/** What a client gets on logging in: https://spec.matrix.org/v1.19/client-server-api/#relationship-between-access-tokens-and-devices */
export interface DeviceSession {
  readonly deviceId: DeviceId;
  readonly accessToken: string;
  /** Undefined for a client that cannot refresh. */
  readonly refreshToken: string | undefined;
  /** ms; undefined for an access token that does not expire. */
  readonly expiresInMs: number | undefined;
}

/** What a client asks for when it logs in. */
export interface DeviceWish {
  /** The server chooses one when it is undefined. */
  readonly deviceId?: string | undefined;
  /** For a device that is new. */
  readonly displayName?: string | undefined;
  /** Whether the client can refresh its access token. */
  readonly refreshable?: boolean | undefined;
}

export interface NewSession {
  readonly session: DeviceSession;
  readonly displayName: string | undefined;
  readonly caller: Caller;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** @param lifetime of an access token that can be refreshed (ms). @throws M_INVALID_PARAM */
export function newSession(wish: DeviceWish, caller: Caller, now: number, lifetime: number): NewSession {
  const { deviceId = generateDeviceId(), displayName, refreshable = false } = wish;
  const session = { deviceId: checkedDeviceId(deviceId), ...newTokens(refreshable, lifetime) };
  return { session, displayName: checkedDisplayName(displayName), caller, now };
}

export const newTokens = (refreshable: boolean, lifetime: number): Omit<DeviceSession, 'deviceId'> => ({
  accessToken: newToken('plx'),
  refreshToken: refreshable ? newToken('plr') : undefined,
  expiresInMs: refreshable ? lifetime : undefined,
});

/**
 * Makes the device, or takes over the one that is there: whoever had it before is logged out.
 * @returns the access tokens that ended thereby
 * @throws M_FORBIDDEN where nobody can be logged in with this device
 */
export function* openSession(userId: UserId, { session, displayName, caller, now }: NewSession): Work<readonly accessTokens.EndedToken[]> {
  const { deviceId } = session;
  if (yield* crossSigning.hasPublicKey(userId, deviceId)) throw forbidden('This device id is that of one of your cross-signing keys');
  if ((yield* dehydratedDevices.find(userId))?.deviceId === deviceId) throw forbidden('This device id is that of your dehydrated device');
  const ended = yield* accessTokens.removeOfDevice(userId, deviceId);
  yield* devices.ensure(userId, deviceId, displayName);
  yield* devices.noteSeen({ userId, deviceId, ip: caller.ip, userAgent: caller.userAgent, ts: now });
  yield* storeTokens(userId, session, now);
  return ended;
}

/** @returns the number of the refresh token, if there is one */
export function* storeTokens(userId: UserId, session: DeviceSession, now: number): Work<number | undefined> {
  const { deviceId, accessToken, refreshToken, expiresInMs } = session;
  const expiresTs = expiresInMs === undefined ? undefined : now + expiresInMs;
  const accessTokenId = yield* accessTokens.create(hashToken(accessToken), userId, deviceId, now, expiresTs);
  if (refreshToken === undefined) return undefined;
  return yield* refreshTokens.create({ hash: hashToken(refreshToken), userId, deviceId, accessTokenId, now });
}

const generateDeviceId = (): string => Array.from({ length: DEVICE_ID_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
