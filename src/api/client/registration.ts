import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { checkRegistrationToken } from '../../operations/accounts/check-registration-token.ts';
import { checkUsername } from '../../operations/accounts/check-username.ts';
import { register } from '../../operations/accounts/register.ts';
import { authData, requestAndAuth } from './auth-data.ts';
import { sessionOf, sessionReply } from './session-reply.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#legacy-account-registration */
export const REGISTRATION = [
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/register',
    auth: 'none',
    limit: 'registration',
    query: t.Object({ kind: t.Union([t.Literal('user'), t.Literal('guest')], { default: 'user' }) }),
    body: t.Object({
      auth: authData,
      username: t.Optional(t.String()),
      password: t.Optional(t.String()),
      device_id: t.Optional(t.String()),
      initial_device_display_name: t.Optional(t.String()),
      guest_access_token: t.Optional(t.String()),
      inhibit_login: t.Optional(t.Boolean()),
      refresh_token: t.Optional(t.Boolean()),
    }),
    bodyOptional: true,
    reply: t.Union([sessionReply, t.Object({ user_id: t.String() })]),
    operation: register,
    input({ query, body }) {
      const displayName = body.initial_device_display_name;
      if (query.kind === 'guest') return { kind: 'guest' as const, deviceName: displayName };
      const device = body.inhibit_login === true ? undefined : { deviceId: body.device_id, displayName, refreshable: body.refresh_token };
      const { username, password, guest_access_token: guestToken } = body;
      return { kind: 'user' as const, ...requestAndAuth(body), guestToken, username, password, device };
    },
    output: ({ userId, session }) => (session === undefined ? { user_id: userId } : sessionOf(userId, session)),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/register/available',
    auth: 'none',
    limit: 'registration',
    query: t.Object({ username: t.String() }),
    reply: t.Object({ available: t.Boolean() }),
    operation: checkUsername,
    input: ({ query }) => query.username,
    output: (available) => ({ available }),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v1/register/m.login.registration_token/validity',
    auth: 'none',
    limit: 'registration',
    query: t.Object({ token: t.String() }),
    reply: t.Object({ valid: t.Boolean() }),
    operation: checkRegistrationToken,
    input: ({ query }) => query.token,
    output: (valid) => ({ valid }),
  }),
];
