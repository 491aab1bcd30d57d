import type { DeviceId, UserId } from '../core/identifiers.ts';
import type { JsonObject } from '../core/json.ts';
import { execute, row, type Work } from '../kernel/work.ts';

/** A device that nobody is logged in with, and what a client needs to become it (MSC3814). It goes when its row in `devices` goes. */
export interface DehydratedDevice {
  readonly deviceId: DeviceId;
  readonly deviceData: JsonObject;
}

/** A user has one at most: the one before has to be removed first. */
export function* add(userId: UserId, { deviceId, deviceData }: DehydratedDevice): Work<void> {
  yield* execute('insert into dehydrated_devices (user_id, device_id, device_data) values (?, ?, ?)', userId, deviceId, JSON.stringify(deviceData));
}

export function* find(userId: UserId): Work<DehydratedDevice | undefined> {
  const found = yield* row<{ deviceId: DeviceId; deviceData: string }>(
    'select device_id as "deviceId", device_data as "deviceData" from dehydrated_devices where user_id = ?',
    userId,
  );
  return found && { deviceId: found.deviceId, deviceData: JSON.parse(found.deviceData) as JsonObject };
}
