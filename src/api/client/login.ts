import { Type as t } from '@sinclair/typebox';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { getLoginFlows } from '../../operations/accounts/get-login-flows.ts';
import { issueLoginToken } from '../../operations/accounts/issue-login-token.ts';
import { logIn } from '../../operations/accounts/log-in.ts';
import { logOutEverywhere } from '../../operations/accounts/log-out-everywhere.ts';
import { logOut } from '../../operations/accounts/log-out.ts';
import { refreshAccessToken } from '../../operations/accounts/refresh-access-token.ts';
import { anyObject, emptyObject } from '../schemas.ts';
import { authData, requestAndAuth } from './auth-data.ts';
import { sessionOf, sessionReply, tokensOf, tokensReply } from './session-reply.ts';

const identityProvider = t.Object({ id: t.String(), name: t.String(), icon: t.Optional(t.String()), brand: t.Optional(t.String()) });
const loginFlow = t.Object({
  type: t.String(),
  get_login_token: t.Optional(t.Boolean()),
  identity_providers: t.Optional(t.Array(identityProvider)),
});
const wellKnown = t.Object({ 'm.homeserver': t.Object({ base_url: t.String() }) });

/** https://spec.matrix.org/v1.19/client-server-api/#legacy-login */
export const LOGIN = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/login',
    auth: 'none',
    limit: 'general',
    reply: t.Object({ flows: t.Array(loginFlow) }),
    operation: getLoginFlows,
    input: () => undefined,
    output: (flows) => ({ flows: [...flows] }),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/login',
    auth: 'none',
    limit: 'login',
    body: t.Object({
      type: t.String(),
      identifier: t.Optional(anyObject),
      user: t.Optional(t.String()),
      medium: t.Optional(t.String()),
      address: t.Optional(t.String()),
      password: t.Optional(t.String()),
      token: t.Optional(t.String()),
      device_id: t.Optional(t.String()),
      initial_device_display_name: t.Optional(t.String()),
      refresh_token: t.Optional(t.Boolean()),
    }),
    reply: t.Intersect([sessionReply, t.Object({ well_known: t.Optional(wellKnown) })]),
    operation: logIn,
    input({ body }) {
      const device = { deviceId: body.device_id, displayName: body.initial_device_display_name, refreshable: body.refresh_token };
      return { type: body.type, credentials: body as JsonObject, device };
    },
    async output({ userId, session, baseUrl, afterLogin }) {
      const wellKnown = baseUrl === undefined ? undefined : { 'm.homeserver': { base_url: baseUrl } };
      const reply = { ...sessionOf(userId, session), ...(wellKnown !== undefined && { well_known: wellKnown }) };
      return afterLogin === undefined ? reply : ((await afterLogin(reply)) as typeof reply);
    },
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v1/login/get_token',
    auth: 'user',
    limit: 'login',
    body: t.Object({ auth: authData }),
    bodyOptional: true,
    reply: t.Object({ login_token: t.String(), expires_in_ms: t.Integer() }),
    operation: issueLoginToken,
    input: ({ body }) => requestAndAuth(body),
    output: ({ token, expiresInMs }) => ({ login_token: token, expires_in_ms: expiresInMs }),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/refresh',
    auth: 'none',
    limit: 'general',
    body: t.Object({ refresh_token: t.String() }),
    reply: tokensReply,
    operation: refreshAccessToken,
    input: ({ body }) => body.refresh_token,
    output: tokensOf,
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/logout',
    auth: 'user',
    guests: true,
    limit: 'none',
    reply: emptyObject,
    operation: logOut,
    input: ({ token }) => token,
    output: () => ({}),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/logout/all',
    auth: 'user',
    guests: true,
    limit: 'none',
    reply: emptyObject,
    operation: logOutEverywhere,
    input: ({ token }) => token,
    output: () => ({}),
  }),
];
