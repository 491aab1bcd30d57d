import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { whoAmI } from '../../operations/accounts/who-am-i.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#account-management */
export const ACCOUNT = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/account/whoami',
    auth: 'user',
    guests: true,
    limit: 'general',
    reply: t.Object({ user_id: t.String(), device_id: t.Optional(t.String()), is_guest: t.Boolean() }),
    operation: whoAmI,
    input: () => undefined,
    output: ({ userId, deviceId, isGuest }) => ({ user_id: userId, ...(deviceId !== undefined && { device_id: deviceId }), is_guest: isGuest }),
  }),
];
