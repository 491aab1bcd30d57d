import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { toUserId } from '../../kernel/parse.ts';
import { checkUsername } from '../../operations/accounts/check-username.ts';
import { listDevicesOfUser } from '../../operations/administration/list-devices-of-user.ts';
import { listRoomsOfUser } from '../../operations/administration/list-rooms-of-user.ts';
import { setShadowBan } from '../../operations/administration/set-shadow-ban.ts';
import { setAccountBar } from '../../operations/moderation/set-account-bar.ts';
import { emptyObject } from '../schemas.ts';

const V1 = '/_synapse/admin/v1';
const textOrNull = t.Union([t.String(), t.Null()]);
const SHADOW_BAN = { path: `${V1}/users/:userId/shadow_ban`, auth: 'admin', limit: 'general', reply: emptyObject } as const;

/** What else tools for Synapse want to know of accounts, and do with them: docs/admin/accounts.md */
export const ADMIN_ACCOUNT_MODERATION = [
  endpoint({
    method: 'GET',
    path: `${V1}/username_available`,
    auth: 'admin',
    limit: 'general',
    query: t.Object({ username: t.String() }),
    reply: t.Object({ available: t.Literal(true) }),
    operation: checkUsername,
    input: ({ query }) => query.username,
    output: (available) => ({ available }),
  }),
  endpoint({
    method: 'GET',
    path: `${V1}/users/:userId/joined_rooms`,
    auth: 'admin',
    limit: 'general',
    reply: t.Object({ joined_rooms: t.Array(t.String()), total: t.Integer() }),
    operation: listRoomsOfUser,
    input: ({ params }) => toUserId(params.userId),
    output: (rooms) => ({ joined_rooms: [...rooms], total: rooms.length }),
  }),
  endpoint({
    method: 'GET',
    path: '/_synapse/admin/v2/users/:userId/devices',
    auth: 'admin',
    limit: 'general',
    reply: t.Object({
      devices: t.Array(
        t.Object({
          user_id: t.String(),
          device_id: t.String(),
          display_name: textOrNull,
          last_seen_ip: textOrNull,
          last_seen_ts: t.Union([t.Integer(), t.Null()]),
        }),
      ),
      total: t.Integer(),
    }),
    operation: listDevicesOfUser,
    input: ({ params }) => toUserId(params.userId),
    output: ({ userId, devices }) => ({
      devices: devices.map(({ deviceId, displayName, lastSeenIp, lastSeenTs }) => ({
        user_id: userId,
        device_id: deviceId,
        display_name: displayName ?? null,
        last_seen_ip: lastSeenIp ?? null,
        last_seen_ts: lastSeenTs ?? null,
      })),
      total: devices.length,
    }),
  }),
  endpoint({
    method: 'PUT',
    path: `${V1}/suspend/:userId`,
    auth: 'admin',
    limit: 'general',
    body: t.Object({ suspend: t.Boolean() }),
    reply: t.Record(t.String(), t.Boolean()),
    operation: setAccountBar,
    input: ({ params, body }) => ({ userId: toUserId(params.userId), bar: 'suspended' as const, value: body.suspend }),
    output: (isSuspended) => ({ suspended: isSuspended }),
  }),
  endpoint({
    ...SHADOW_BAN,
    method: 'POST',
    body: emptyObject,
    bodyOptional: true,
    operation: setShadowBan,
    input: ({ params }) => ({ userId: toUserId(params.userId), isBanned: true }),
    output: () => ({}),
  }),
  endpoint({
    ...SHADOW_BAN,
    method: 'DELETE',
    operation: setShadowBan,
    input: ({ params }) => ({ userId: toUserId(params.userId), isBanned: false }),
    output: () => ({}),
  }),
];
