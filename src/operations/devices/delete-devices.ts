import type { DeviceId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { redeem } from '../../engine/uia/proof.ts';
import type { Work } from '../../kernel/work.ts';
import * as devices from '../../store/devices.ts';
import { defineOperation } from '../define.ts';

interface Deletion {
  readonly deviceIds: readonly DeviceId[];
  readonly auth: JsonObject | undefined;
}

/**
 * Deletes devices; those that are gone already are no error.
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3delete_devices
 */
export const deleteDevices = defineOperation({
  name: 'delete-devices',
  async prepare(context, { userId }, { deviceIds, auth }: Deletion) {
    return { userId, deviceIds, proof: await context.uia.authorise({ operation: 'delete-devices', userId, auth, request: deviceIds }) };
  },
  *commit({ userId, deviceIds, proof }): Work<void> {
    yield* redeem(proof);
    const wanted = new Set(deviceIds);
    for (const { deviceId } of yield* devices.listFor(userId)) if (wanted.has(deviceId)) yield* devices.remove(userId, deviceId);
  },
});
