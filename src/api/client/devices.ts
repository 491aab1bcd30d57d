import { Type as t, type Static } from '@sinclair/typebox';
import type { DeviceId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { deleteDevices } from '../../operations/devices/delete-devices.ts';
import { getDevice } from '../../operations/devices/get-device.ts';
import { listDevices } from '../../operations/devices/list-devices.ts';
import { updateDevice } from '../../operations/devices/update-device.ts';
import { emptyObject } from '../schemas.ts';
import { authData } from './auth-data.ts';

const device = t.Object({
  device_id: t.String(),
  display_name: t.Optional(t.String()),
  last_seen_ip: t.Optional(t.String()),
  last_seen_ts: t.Optional(t.Integer()),
});

interface Device {
  readonly deviceId: DeviceId;
  readonly displayName: string | undefined;
  readonly lastSeenTs: number | undefined;
  readonly lastSeenIp: string | undefined;
}

const deviceReply = ({ deviceId, displayName, lastSeenIp, lastSeenTs }: Device): Static<typeof device> => ({
  device_id: deviceId,
  ...(displayName !== undefined && { display_name: displayName }),
  ...(lastSeenIp !== undefined && { last_seen_ip: lastSeenIp }),
  ...(lastSeenTs !== undefined && { last_seen_ts: lastSeenTs }),
});

/** https://spec.matrix.org/v1.19/client-server-api/#device-management */
export const DEVICES = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/devices',
    auth: 'user',
    guests: true,
    limit: 'general',
    reply: t.Object({ devices: t.Array(device) }),
    operation: listDevices,
    input: () => undefined,
    output: (devices) => ({ devices: devices.map(deviceReply) }),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/devices/:deviceId',
    auth: 'user',
    guests: true,
    limit: 'general',
    reply: device,
    operation: getDevice,
    input: ({ params }) => params.deviceId as DeviceId,
    output: deviceReply,
  }),
  endpoint({
    method: 'PUT',
    path: '/_matrix/client/v3/devices/:deviceId',
    auth: 'user',
    guests: true,
    limit: 'general',
    body: t.Object({ display_name: t.Optional(t.String()) }),
    reply: emptyObject,
    operation: updateDevice,
    input: ({ params, body }) => ({ deviceId: params.deviceId as DeviceId, displayName: body.display_name }),
    output: () => ({}),
  }),
  endpoint({
    method: 'DELETE',
    path: '/_matrix/client/v3/devices/:deviceId',
    auth: 'user',
    limit: 'general',
    body: t.Object({ auth: authData }),
    bodyOptional: true,
    reply: emptyObject,
    operation: deleteDevices,
    input: ({ params, body }) => ({ deviceIds: [params.deviceId as DeviceId], auth: body.auth as JsonObject | undefined }),
    output: () => ({}),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/delete_devices',
    auth: 'user',
    limit: 'general',
    body: t.Object({ auth: authData, devices: t.Array(t.String()) }),
    reply: emptyObject,
    operation: deleteDevices,
    input: ({ body }) => ({ deviceIds: body.devices as DeviceId[], auth: body.auth as JsonObject | undefined }),
    output: () => ({}),
  }),
];
