import { Type as t } from '@sinclair/typebox';
import type { DeviceId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { deleteDehydratedDevice } from '../../operations/encryption/delete-dehydrated-device.ts';
import { getDehydratedDevice } from '../../operations/encryption/get-dehydrated-device.ts';
import { getDehydratedDeviceMessages, type DehydratedDeviceMessages } from '../../operations/encryption/get-dehydrated-device-messages.ts';
import { putDehydratedDevice } from '../../operations/encryption/put-dehydrated-device.ts';
import { anyObject } from '../schemas.ts';
import { deviceKeys, namedKeys, orNull } from './key-schemas.ts';

const deviceData = t.Object({ algorithm: t.String() });
const deviceReply = t.Object({ device_id: t.String() });

const eventsOf = ({ messages }: DehydratedDeviceMessages) => messages.map(({ sender, type, content }) => ({ sender, type, content }));

/** MSC3814: https://github.com/matrix-org/matrix-spec-proposals/pull/3814 */
export const DEHYDRATED_DEVICES = [
  endpoint({
    method: 'PUT',
    path: '/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device',
    auth: 'user',
    limit: 'general',
    body: t.Object({
      device_id: t.String(),
      device_data: deviceData,
      initial_device_display_name: orNull(t.String()),
      device_keys: deviceKeys,
      one_time_keys: orNull(namedKeys),
      fallback_keys: orNull(namedKeys),
    }),
    reply: deviceReply,
    operation: putDehydratedDevice,
    input: ({ body }) => ({
      deviceId: body.device_id,
      deviceData: body.device_data as JsonObject,
      displayName: body.initial_device_display_name ?? undefined,
      deviceKeys: body.device_keys as JsonObject,
      oneTimeKeys: body.one_time_keys ?? {},
      fallbackKeys: body.fallback_keys ?? {},
    }),
    output: (deviceId) => ({ device_id: deviceId }),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device',
    auth: 'user',
    limit: 'general',
    reply: t.Object({ device_id: t.String(), device_data: anyObject }),
    operation: getDehydratedDevice,
    input: () => undefined,
    output: ({ deviceId, deviceData: data }) => ({ device_id: deviceId, device_data: data }),
  }),
  endpoint({
    method: 'DELETE',
    path: '/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device',
    auth: 'user',
    limit: 'general',
    reply: deviceReply,
    operation: deleteDehydratedDevice,
    input: () => undefined,
    output: (deviceId) => ({ device_id: deviceId }),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device/:deviceId/events',
    auth: 'user',
    limit: 'general',
    query: t.Object({ from: t.Optional(t.String()) }),
    reply: t.Object({ events: t.Array(anyObject), next_batch: t.Optional(t.String()) }),
    operation: getDehydratedDeviceMessages,
    input: ({ params, query }) => ({ deviceId: params.deviceId as DeviceId, from: query.from }),
    output: (page) => ({ events: eventsOf(page), ...(page.hasMore && { next_batch: page.end }) }),
  }),
  // The proposal before it asked with GET, which clients of today still follow: they ask until a page is empty, and begin anew without a token.
  endpoint({
    method: 'POST',
    path: '/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device/:deviceId/events',
    auth: 'user',
    limit: 'general',
    body: t.Object({ next_batch: t.Optional(t.String()) }),
    bodyOptional: true,
    reply: t.Object({ events: t.Array(anyObject), next_batch: t.String() }),
    operation: getDehydratedDeviceMessages,
    input: ({ params, body }) => ({ deviceId: params.deviceId as DeviceId, from: body.next_batch }),
    output: (page) => ({ events: eventsOf(page), next_batch: page.end }),
  }),
];
