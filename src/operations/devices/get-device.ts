import type { DeviceId } from '../../core/identifiers.ts';
import { notFound } from '../../kernel/errors.ts';
import * as devices from '../../store/devices.ts';
import { defineRead } from '../define.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3devicesdeviceid @throws M_NOT_FOUND */
export const getDevice = defineRead({
  name: 'get-device',
  async prepare(context, who, deviceId: DeviceId): Promise<devices.Device> {
    const device = await context.read(() => devices.find(who.userId, deviceId));
    if (device === undefined) throw notFound(`You have no device ${deviceId}`);
    return device;
  },
});
