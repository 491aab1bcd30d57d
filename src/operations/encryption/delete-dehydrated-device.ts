import type { DeviceId } from '../../core/identifiers.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as dehydratedDevices from '../../store/dehydrated-devices.ts';
import * as devices from '../../store/devices.ts';
import { defineOperation } from '../define.ts';

/** Deletes the user's dehydrated device: https://github.com/matrix-org/matrix-spec-proposals/pull/3814 @throws M_NOT_FOUND */
export const deleteDehydratedDevice = defineOperation({
  name: 'delete-dehydrated-device',
  prepare: (_context, { userId }, _input: undefined) => userId,
  *commit(userId): Work<DeviceId> {
    const found = yield* dehydratedDevices.find(userId);
    if (found === undefined) throw notFound('You have no dehydrated device');
    yield* devices.remove(userId, found.deviceId);
    return found.deviceId;
  },
});
