import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { toUserId } from '../../kernel/parse.ts';
import { getAccountBar } from '../../operations/moderation/get-account-bar.ts';
import { getWhois } from '../../operations/moderation/get-whois.ts';
import { setAccountBar } from '../../operations/moderation/set-account-bar.ts';
import { present } from '../present.ts';

const LOCK = '/_matrix/client/v1/admin/lock/:userId';
const SUSPEND = '/_matrix/client/v1/admin/suspend/:userId';
const locked = t.Object({ locked: t.Boolean() });
const suspended = t.Object({ suspended: t.Boolean() });

const connection = t.Object({ ip: t.Optional(t.String()), last_seen: t.Optional(t.Integer()), user_agent: t.Optional(t.String()) });

/** https://spec.matrix.org/v1.19/client-server-api/#server-administration */
export const ACCOUNT_MODERATION = [
  endpoint({
    method: 'GET',
    path: LOCK,
    auth: 'admin',
    limit: 'general',
    reply: locked,
    operation: getAccountBar,
    input: ({ params }) => ({ userId: toUserId(params.userId) }),
    output: (user) => ({ locked: user.isLocked }),
  }),
  endpoint({
    method: 'PUT',
    path: LOCK,
    auth: 'admin',
    limit: 'general',
    body: locked,
    reply: locked,
    operation: setAccountBar,
    input: ({ params, body }) => ({ userId: toUserId(params.userId), bar: 'locked' as const, value: body.locked }),
    output: (value) => ({ locked: value }),
  }),
  endpoint({
    method: 'GET',
    path: SUSPEND,
    auth: 'admin',
    limit: 'general',
    reply: suspended,
    operation: getAccountBar,
    input: ({ params }) => ({ userId: toUserId(params.userId) }),
    output: (user) => ({ suspended: user.isSuspended }),
  }),
  endpoint({
    method: 'PUT',
    path: SUSPEND,
    auth: 'admin',
    limit: 'general',
    body: suspended,
    reply: suspended,
    operation: setAccountBar,
    input: ({ params, body }) => ({ userId: toUserId(params.userId), bar: 'suspended' as const, value: body.suspended }),
    output: (value) => ({ suspended: value }),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/admin/whois/:userId',
    aliases: ['/_synapse/admin/v1/whois/:userId'],
    auth: 'user',
    limit: 'general',
    reply: t.Object({
      user_id: t.String(),
      devices: t.Record(t.String(), t.Object({ sessions: t.Array(t.Object({ connections: t.Array(connection) })) })),
    }),
    operation: getWhois,
    input: ({ params }) => ({ userId: toUserId(params.userId) }),
    output: ({ userId, connections }) => ({
      user_id: userId,
      devices: Object.fromEntries(
        connections.map(({ deviceId, ip, lastSeen, userAgent }) => [
          deviceId,
          {
            sessions: [{ connections: [{ ...present('ip', ip), ...present('last_seen', lastSeen), ...present('user_agent', userAgent) }] }],
          },
        ]),
      ),
    }),
  }),
];
