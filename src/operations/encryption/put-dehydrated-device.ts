import type { DeviceId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { checkedDeviceId, checkedDisplayName } from '../../engine/accounts/device-names.ts';
import { checkedKeys, publishKeys, type KeysUpload } from '../../engine/encryption/published-keys.ts';
import { forbidden, MatrixError } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as crossSigning from '../../store/cross-signing.ts';
import * as dehydratedDevices from '../../store/dehydrated-devices.ts';
import * as devices from '../../store/devices.ts';
import { defineOperation } from '../define.ts';

/** Bytes. */
const MAX_DEVICE_DATA = 65_536;

interface Dehydration extends KeysUpload {
  readonly deviceId: string;
  readonly deviceData: JsonObject;
  readonly displayName: string | undefined;
}

/**
 * Keeps a device that nobody is logged in with, in the place of the one before, so that messages can be sent to it (MSC3814):
 * https://github.com/matrix-org/matrix-spec-proposals/pull/3814
 * @throws M_INVALID_PARAM, M_TOO_LARGE, M_FORBIDDEN for the id of another device or of a cross-signing key
 */
export const putDehydratedDevice = defineOperation({
  name: 'put-dehydrated-device',
  prepare(context, { userId }, { deviceData, displayName, ...input }: Dehydration) {
    const deviceId = checkedDeviceId(input.deviceId);
    if (Buffer.byteLength(JSON.stringify(deviceData)) > MAX_DEVICE_DATA)
      throw new MatrixError(413, 'M_TOO_LARGE', `device_data may have at most ${MAX_DEVICE_DATA} bytes`);
    const keys = checkedKeys(input, userId, deviceId);
    return { userId, deviceId, deviceData, displayName: checkedDisplayName(displayName), keys, now: context.clock.now() };
  },
  *commit({ userId, deviceId, deviceData, displayName, keys, now }): Work<DeviceId> {
    const before = yield* dehydratedDevices.find(userId);
    if (before !== undefined) yield* devices.remove(userId, before.deviceId);
    if ((yield* devices.find(userId, deviceId)) !== undefined) throw forbidden('You are logged in with a device of this id');
    if (yield* crossSigning.hasPublicKey(userId, deviceId)) throw forbidden('This device id is that of one of your cross-signing keys');
    yield* devices.ensure(userId, deviceId, displayName);
    yield* publishKeys(userId, deviceId, keys, now);
    yield* dehydratedDevices.add(userId, { deviceId, deviceData });
    return deviceId;
  },
});
