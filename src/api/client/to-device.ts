import { Type as t } from '@sinclair/typebox';
import type { DeviceId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { toUserId } from '../../kernel/parse.ts';
import { sendToDevice } from '../../operations/encryption/send-to-device.ts';
import { anyObject, emptyObject } from '../schemas.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#send-to-device-messaging */
export const TO_DEVICE = [
  endpoint({
    method: 'PUT',
    path: '/_matrix/client/v3/sendToDevice/:eventType/:txnId',
    auth: 'user',
    guests: true,
    limit: 'general',
    body: t.Object({ messages: t.Record(t.String(), t.Record(t.String(), anyObject)) }),
    reply: emptyObject,
    operation: sendToDevice,
    input: ({ params, body }) => ({
      type: params.eventType,
      txnId: params.txnId,
      messages: Object.entries(body.messages).flatMap(([user, devices]) => {
        const userId = toUserId(user);
        return Object.entries(devices).map(([device, content]) => ({ userId, deviceId: device as DeviceId, content: content as JsonObject }));
      }),
    }),
    output: () => ({}),
  }),
];
