import type { Receipt } from '../../engine/encryption/received-messages.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as toDevice from '../../store/to-device.ts';
import { defineOperation } from '../define.ts';

/** Deletes the to-device messages that devices have received: https://spec.matrix.org/v1.19/client-server-api/#send-to-device-messaging */
export const deleteReceivedMessages = defineOperation({
  name: 'delete-received-messages',
  prepare: (_context, _who: Caller, receipts: readonly Receipt[]) => receipts,
  *commit(receipts): Work<void> {
    for (const { userId, deviceId, upTo } of receipts) yield* toDevice.removeUpTo(userId, deviceId, upTo);
  },
});
