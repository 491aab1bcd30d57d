import type { DeviceId } from '../../core/identifiers.ts';
import { checkedDisplayName } from '../../engine/accounts/device-names.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as deviceKeys from '../../store/device-keys.ts';
import * as deviceLists from '../../store/device-lists.ts';
import * as devices from '../../store/devices.ts';
import { defineOperation } from '../define.ts';

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
  async prepare(context, { userId }, { deviceId, ...update }: DeviceUpdate) {
    const displayName = checkedDisplayName(update.displayName);
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
