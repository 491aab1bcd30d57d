import { Type as t } from '@sinclair/typebox';
import { endpoint, type Endpoint } from '../../kernel/endpoint.ts';
import { associateThirdPartyId } from '../../operations/third-party-ids/associate-third-party-id.ts';
import { bindThirdPartyId } from '../../operations/third-party-ids/bind-third-party-id.ts';
import { unbindThirdPartyId } from '../../operations/third-party-ids/unbind-third-party-id.ts';
import { addThirdPartyId } from '../../operations/third-party-ids/add-third-party-id.ts';
import { deleteThirdPartyId } from '../../operations/third-party-ids/delete-third-party-id.ts';
import { listThirdPartyIds } from '../../operations/third-party-ids/list-third-party-ids.ts';
import { requestEmailToken } from '../../operations/third-party-ids/request-email-token.ts';
import { requestPhoneToken } from '../../operations/third-party-ids/request-phone-token.ts';
import { emptyObject, unbindResult } from '../schemas.ts';
import { authData, requestAndAuth } from './auth-data.ts';

const validationRequest = { client_secret: t.String(), send_attempt: t.Integer(), next_link: t.Optional(t.String()) };

/** The mail that confirms an address, for one purpose. */
const emailTokens = (path: string, purpose: 'register' | 'password' | 'add'): Endpoint =>
  endpoint({
    method: 'POST',
    path,
    auth: 'none',
    limit: 'mail',
    body: t.Object({ ...validationRequest, email: t.String() }),
    reply: t.Object({ sid: t.String() }),
    operation: requestEmailToken,
    input: ({ body }) => ({
      purpose,
      email: body.email,
      clientSecret: body.client_secret,
      sendAttempt: body.send_attempt,
      nextLink: body.next_link,
    }),
    output: (sid) => ({ sid }),
  });

const phoneTokens = (path: string): Endpoint =>
  endpoint({
    method: 'POST',
    path,
    auth: 'none',
    limit: 'mail',
    body: t.Object({ ...validationRequest, country: t.String(), phone_number: t.String() }),
    reply: t.Never(),
    operation: requestPhoneToken,
    input: () => undefined,
    output: (never) => never,
  });

const atIdentityServer = t.Object({ medium: t.String(), address: t.String(), id_server: t.Optional(t.String()) });
const thirdPartyId = t.Object({ medium: t.String(), address: t.String(), validated_at: t.Integer(), added_at: t.Integer() });

/** https://spec.matrix.org/v1.19/client-server-api/#adding-account-administrative-contact-information */
export const THIRD_PARTY_IDS = [
  emailTokens('/_matrix/client/v3/register/email/requestToken', 'register'),
  emailTokens('/_matrix/client/v3/account/password/email/requestToken', 'password'),
  emailTokens('/_matrix/client/v3/account/3pid/email/requestToken', 'add'),
  phoneTokens('/_matrix/client/v3/register/msisdn/requestToken'),
  phoneTokens('/_matrix/client/v3/account/password/msisdn/requestToken'),
  phoneTokens('/_matrix/client/v3/account/3pid/msisdn/requestToken'),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/account/3pid',
    auth: 'user',
    limit: 'general',
    reply: t.Object({ threepids: t.Array(thirdPartyId) }),
    operation: listThirdPartyIds,
    input: () => undefined,
    output: (ids) => ({
      threepids: ids.map(({ medium, address, validatedTs, addedTs }) => ({ medium, address, validated_at: validatedTs, added_at: addedTs })),
    }),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/account/3pid/add',
    auth: 'user',
    limit: 'login',
    body: t.Object({ auth: authData, client_secret: t.String(), sid: t.String() }),
    reply: emptyObject,
    operation: addThirdPartyId,
    input: ({ body }) => ({ ...requestAndAuth(body), sid: body.sid, clientSecret: body.client_secret }),
    output: () => ({}),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/account/3pid/delete',
    auth: 'user',
    limit: 'general',
    body: atIdentityServer,
    reply: unbindResult,
    operation: deleteThirdPartyId,
    input: ({ body }) => ({ medium: body.medium, address: body.address, idServer: body.id_server }),
    output: ({ unbound }) => ({ id_server_unbind_result: unbound }),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/account/3pid',
    auth: 'user',
    limit: 'login',
    body: t.Object({
      auth: authData,
      three_pid_creds: t.Object({
        client_secret: t.String(),
        sid: t.String(),
        id_server: t.Optional(t.String()),
        id_access_token: t.Optional(t.String()),
      }),
    }),
    reply: emptyObject,
    operation: associateThirdPartyId,
    input({ body }) {
      const { sid, client_secret: clientSecret, id_server: idServer, id_access_token: idAccessToken } = body.three_pid_creds;
      return { ...requestAndAuth(body), sid, clientSecret, idServer, idAccessToken };
    },
    output: () => ({}),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/account/3pid/bind',
    auth: 'user',
    limit: 'login',
    body: t.Object({ client_secret: t.String(), id_server: t.String(), id_access_token: t.String(), sid: t.String() }),
    reply: emptyObject,
    operation: bindThirdPartyId,
    input: ({ body }) => ({ sid: body.sid, clientSecret: body.client_secret, idServer: body.id_server, idAccessToken: body.id_access_token }),
    output: () => ({}),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/account/3pid/unbind',
    auth: 'user',
    limit: 'login',
    body: atIdentityServer,
    reply: unbindResult,
    operation: unbindThirdPartyId,
    input: ({ body }) => ({ medium: body.medium, address: body.address, idServer: body.id_server }),
    output: (result) => ({ id_server_unbind_result: result }),
  }),
];
