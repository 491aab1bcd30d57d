import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { changePassword } from '../../operations/accounts/change-password.ts';
import { deactivateAccount } from '../../operations/accounts/deactivate-account.ts';
import { whoAmI } from '../../operations/accounts/who-am-i.ts';
import { emptyObject, unbindResult } from '../schemas.ts';
import { authData, requestAndAuth } from './auth-data.ts';

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
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/account/password',
    auth: 'optional',
    limit: 'general',
    body: t.Object({ auth: authData, new_password: t.String(), logout_devices: t.Optional(t.Boolean()) }),
    reply: emptyObject,
    operation: changePassword,
    input: ({ body }) => ({ ...requestAndAuth(body), newPassword: body.new_password, logoutDevices: body.logout_devices ?? true }),
    output: () => ({}),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/account/deactivate',
    auth: 'user',
    limit: 'general',
    body: t.Object({ auth: authData, erase: t.Optional(t.Boolean()), id_server: t.Optional(t.String()) }),
    bodyOptional: true,
    reply: unbindResult,
    operation: deactivateAccount,
    input: ({ body }) => ({ ...requestAndAuth(body), erase: body.erase ?? false, idServer: body.id_server }),
    output: ({ unbound }) => ({ id_server_unbind_result: unbound }),
  }),
];
