import type { DeviceId, UserId } from '../core/identifiers.ts';
import type { JsonObject } from '../core/json.ts';
import { inList, row, rows, type Work } from '../kernel/work.ts';

/** The identity keys of a device: https://spec.matrix.org/v1.19/client-server-api/#device-keys */
export interface DeviceKeys {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  /** As the device has uploaded them. */
  readonly keys: JsonObject;
  readonly displayName: string | undefined;
}

interface KeysRow {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly keys: string;
  readonly displayName: string | null;
}

/**
 * Puts the keys of a device in the place of those before.
 * @param keys canonical JSON
 * @returns whether they are others than before
 */
export function* put(userId: UserId, deviceId: DeviceId, keys: string): Work<boolean> {
  const changed = yield* row(
    `insert into device_keys (user_id, device_id, keys) values (?, ?, ?)
     on conflict (user_id, device_id) do update set keys = excluded.keys where device_keys.keys <> excluded.keys returning device_id`,
    userId,
    deviceId,
    keys,
  );
  return changed !== undefined;
}

export function* find(userId: UserId, deviceId: DeviceId): Work<JsonObject | undefined> {
  const found = yield* row<{ keys: string }>('select keys from device_keys where user_id = ? and device_id = ?', userId, deviceId);
  return found === undefined ? undefined : (JSON.parse(found.keys) as JsonObject);
}

/** The keys of all devices of these users that have any. */
export function* listFor(userIds: readonly UserId[]): Work<readonly DeviceKeys[]> {
  const list = inList(userIds);
  const found = yield* rows<KeysRow>(
    `select k.user_id as "userId", k.device_id as "deviceId", k.keys, d.display_name as "displayName"
     from device_keys k left join devices d on d.user_id = k.user_id and d.device_id = k.device_id where k.user_id in ${list.marks}`,
    ...list.args,
  );
  return found.map(({ keys, displayName, ...ids }) => ({ ...ids, keys: JSON.parse(keys) as JsonObject, displayName: displayName ?? undefined }));
}

/** @returns whether the device had keys */
export function* remove(userId: UserId, deviceId: DeviceId): Work<boolean> {
  const gone = yield* row('delete from device_keys where user_id = ? and device_id = ? returning device_id', userId, deviceId);
  return gone !== undefined;
}

/** Whether one of the user's devices, with keys or without, has one of these ids. */
export function* anyDeviceNamed(userId: UserId, names: readonly string[]): Work<boolean> {
  const list = inList(names);
  const found = yield* row(`select 1 from devices where user_id = ? and device_id in ${list.marks} limit 1`, userId, ...list.args);
  return found !== undefined;
}
