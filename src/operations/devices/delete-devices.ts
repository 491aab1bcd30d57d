import type { DeviceId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { loggedOut } from '../../engine/accounts/logged-out.ts';
import { redeem } from '../../engine/uia/proof.ts';
import type { Work } from '../../kernel/work.ts';
import type { EndedToken } from '../../store/access-tokens.ts';
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
  async prepare(context, { userId }, { deviceIds, auth }: Deletion, ask) {
    return { userId, deviceIds, proof: await context.uia.authorise({ operation: 'delete-devices', userId, auth, request: deviceIds, ask }) };
  },
  *commit({ userId, deviceIds, proof }): Work<readonly EndedToken[]> {
    yield* redeem(proof);
    const wanted = new Set(deviceIds);
    const ended: EndedToken[] = [];
    for (const { deviceId } of yield* devices.listFor(userId)) if (wanted.has(deviceId)) ended.push(...(yield* devices.remove(userId, deviceId)));
    return ended;
  },
  listeners: (_draft, ended) => ({ on_logged_out: loggedOut(ended) }),
});
