import type { DeviceId } from '../../core/identifiers.ts';
import { invalidParam, notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as devices from '../../store/devices.ts';
import { defineOperation } from '../define.ts';

/** Characters of a device's display name. */
const MAX_DISPLAY_NAME = 256;

interface DeviceUpdate {
  readonly deviceId: DeviceId;
  /** Stays as it is when undefined. */
  readonly displayName: string | undefined;
}

/** https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3devicesdeviceid @throws M_NOT_FOUND, M_INVALID_PARAM */
export const updateDevice = defineOperation({
  name: 'update-device',
  async prepare(context, { userId }, { deviceId, displayName }: DeviceUpdate) {
    if (displayName !== undefined && displayName.length > MAX_DISPLAY_NAME) {
      throw invalidParam(`The name of a device has at most ${MAX_DISPLAY_NAME} characters`);
    }
    const device = await context.read(() => devices.find(userId, deviceId));
    if (device === undefined) throw notFound(`You have no device ${deviceId}`);
    return { userId, deviceId, displayName };
  },
  *commit({ userId, deviceId, displayName }): Work<void> {
    if (displayName !== undefined) yield* devices.rename(userId, deviceId, displayName);
  },
});
