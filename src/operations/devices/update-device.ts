import type { DeviceId } from '../../core/identifiers.ts';
import { invalidParam, notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as deviceKeys from '../../store/device-keys.ts';
import * as deviceLists from '../../store/device-lists.ts';
import * as devices from '../../store/devices.ts';
import { defineOperation } from '../define.ts';

/** Characters of a device's display name. */
const MAX_DISPLAY_NAME = 256;

interface DeviceUpdate {
  readonly deviceId: DeviceId;
  /** Stays as it is when undefined. */
  readonly displayName: string | undefined;
}

/**
 * Renames a device. Its name stands beside its keys, so whoever follows these is told:
 * https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3devicesdeviceid
 * @throws M_NOT_FOUND, M_INVALID_PARAM
 */
export const updateDevice = defineOperation({
  name: 'update-device',
  async prepare(context, { userId }, { deviceId, displayName }: DeviceUpdate) {
    if (displayName !== undefined && displayName.length > MAX_DISPLAY_NAME) {
      throw invalidParam(`The name of a device has at most ${MAX_DISPLAY_NAME} characters`);
    }
    const device = await context.read(() => devices.find(userId, deviceId));
    if (device === undefined) throw notFound(`You have no device ${deviceId}`);
    return { userId, deviceId, displayName: displayName === device.displayName ? undefined : displayName };
  },
  *commit({ userId, deviceId, displayName }): Work<void> {
    if (displayName === undefined) return;
    yield* devices.rename(userId, deviceId, displayName);
    if ((yield* deviceKeys.find(userId, deviceId)) !== undefined) yield* deviceLists.announce(userId);
  },
});
