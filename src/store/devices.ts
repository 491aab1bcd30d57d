import type { DeviceId, UserId } from '../core/identifiers.ts';
import { execute, type Work } from '../kernel/work.ts';

/** Makes a device, or keeps the one that is there; a display name is only given to a new one. */
export function* ensure(userId: UserId, deviceId: DeviceId, displayName: string | undefined): Work<void> {
  yield* execute(
    'insert into devices (user_id, device_id, display_name) values (?, ?, ?) on conflict (user_id, device_id) do nothing',
    userId,
    deviceId,
    displayName ?? null,
  );
}
