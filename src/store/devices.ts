import type { DeviceId, UserId } from '../core/identifiers.ts';
import { execute, row, rows, wake, type Work } from '../kernel/work.ts';
import * as accessTokens from './access-tokens.ts';
import * as deviceEncryption from './device-encryption.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3devices */
export interface Device {
  readonly deviceId: DeviceId;
  readonly displayName: string | undefined;
  /** Milliseconds since the epoch. */
  readonly lastSeenTs: number | undefined;
  readonly lastSeenIp: string | undefined;
}

/** A request that was made from a device. */
export interface Sighting {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly ip: string;
  readonly userAgent: string;
  /** Milliseconds since the epoch. */
  readonly ts: number;
}

interface DeviceRow {
  readonly device_id: DeviceId;
  readonly display_name: string | null;
  readonly last_seen_ts: number | null;
  readonly last_seen_ip: string | null;
}

const COLUMNS = 'device_id, display_name, last_seen_ts, last_seen_ip';
const deviceOf = (found: DeviceRow): Device => ({
  deviceId: found.device_id,
  displayName: found.display_name ?? undefined,
  lastSeenTs: found.last_seen_ts ?? undefined,
  lastSeenIp: found.last_seen_ip ?? undefined,
});

export function* listFor(userId: UserId): Work<readonly Device[]> {
  const found = yield* rows<DeviceRow>(`select ${COLUMNS} from devices where user_id = ? order by device_id`, userId);
  return found.map(deviceOf);
}

export function* find(userId: UserId, deviceId: DeviceId): Work<Device | undefined> {
  const found = yield* row<DeviceRow>(`select ${COLUMNS} from devices where user_id = ? and device_id = ?`, userId, deviceId);
  return found === undefined ? undefined : deviceOf(found);
}

/** From where a device was last used. */
export interface DeviceConnection {
  readonly deviceId: DeviceId;
  readonly ip: string | null;
  /** Milliseconds since the epoch. */
  readonly lastSeen: number | null;
  readonly userAgent: string | null;
}

export function* connectionsOf(userId: UserId): Work<readonly DeviceConnection[]> {
  return yield* rows<DeviceConnection>(
    `select device_id as "deviceId", last_seen_ip as "ip", last_seen_ts as "lastSeen", last_seen_user_agent as "userAgent"
     from devices where user_id = ? order by device_id`,
    userId,
  );
}

/** Those who used a device between two times (ms since the epoch). */
export function* usersSeenBetween(from: number, to: number): Work<readonly UserId[]> {
  const found = yield* rows<{ userId: UserId }>(
    'select distinct user_id as "userId" from devices where last_seen_ts >= ? and last_seen_ts <= ? order by user_id',
    from,
    to,
  );
  return found.map(({ userId }) => userId);
}

/** Makes a device, or keeps the one that is there; a display name is only given to a new one. */
export function* ensure(userId: UserId, deviceId: DeviceId, displayName: string | undefined): Work<void> {
  yield* execute(
    'insert into devices (user_id, device_id, display_name) values (?, ?, ?) on conflict (user_id, device_id) do nothing',
    userId,
    deviceId,
    displayName ?? null,
  );
}

export function* rename(userId: UserId, deviceId: DeviceId, displayName: string): Work<void> {
  yield* execute('update devices set display_name = ? where user_id = ? and device_id = ?', displayName, userId, deviceId);
}

export function* noteSeen({ userId, deviceId, ip, userAgent, ts }: Sighting): Work<void> {
  yield* execute(
    'update devices set last_seen_ts = ?, last_seen_ip = ?, last_seen_user_agent = ? where user_id = ? and device_id = ?',
    ts,
    ip,
    userAgent,
    userId,
    deviceId,
  );
}

/**
 * Deletes a device with everything that is its own: whatever else is kept for a device is to be deleted here as well.
 * Whoever is logged in with it is logged out.
 * @returns the access tokens that ended
 */
export function* remove(userId: UserId, deviceId: DeviceId): Work<readonly accessTokens.EndedToken[]> {
  const ended = yield* accessTokens.removeOfDevice(userId, deviceId);
  yield* deviceEncryption.remove(userId, deviceId);
  yield* execute('delete from devices where user_id = ? and device_id = ?', userId, deviceId);
  yield* wake(`user:${userId}`);
  return ended;
}
