import type { DeviceId, UserId } from '../core/identifiers.ts';
import type { JsonValue } from '../core/json.ts';
import { execute, row, rows, type Work } from '../kernel/work.ts';
import type { OneTimeKey } from './one-time-keys.ts';

/** Puts a device's fallback key in the place of the one before; the same key again stays used if it was. */
export function* put(userId: UserId, deviceId: DeviceId, { algorithm, id, key }: OneTimeKey): Work<void> {
  yield* execute(
    `insert into fallback_keys (user_id, device_id, algorithm, key_id, key) values (?, ?, ?, ?, ?)
     on conflict (user_id, device_id, algorithm) do update set key_id = excluded.key_id, key = excluded.key, used = 0
     where fallback_keys.key_id <> excluded.key_id or fallback_keys.key <> excluded.key`,
    userId,
    deviceId,
    algorithm,
    id,
    JSON.stringify(key),
  );
}

/** Gives the fallback key out and notes that it is used; it stays until the device replaces it. */
export function* use(userId: UserId, deviceId: DeviceId, algorithm: string): Work<OneTimeKey | undefined> {
  const found = yield* row<{ id: string; key: string }>(
    'update fallback_keys set used = 1 where user_id = ? and device_id = ? and algorithm = ? returning key_id as id, key',
    userId,
    deviceId,
    algorithm,
  );
  return found === undefined ? undefined : { algorithm, id: found.id, key: JSON.parse(found.key) as JsonValue };
}

/** The algorithms whose fallback key was not given out yet. */
export function* unusedTypes(userId: UserId, deviceId: DeviceId): Work<readonly string[]> {
  const found = yield* rows<{ algorithm: string }>(
    'select algorithm from fallback_keys where user_id = ? and device_id = ? and used = 0 order by algorithm',
    userId,
    deviceId,
  );
  return found.map(({ algorithm }) => algorithm);
}

export function* removeAll(userId: UserId, deviceId: DeviceId): Work<void> {
  yield* execute('delete from fallback_keys where user_id = ? and device_id = ?', userId, deviceId);
}
