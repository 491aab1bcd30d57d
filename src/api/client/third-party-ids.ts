import { Type as t } from '@sinclair/typebox';
import { endpoint, type Endpoint } from '../../kernel/endpoint.ts';
import { addThirdPartyId } from '../../operations/third-party-ids/add-third-party-id.ts';
import { deleteThirdPartyId } from '../../operations/third-party-ids/delete-third-party-id.ts';
import { listThirdPartyIds } from '../../operations/third-party-ids/list-third-party-ids.ts';
import { requestEmailToken } from '../../operations/third-party-ids/request-email-token.ts';
import { requestPhoneToken } from '../../operations/third-party-ids/request-phone-token.ts';
import { emptyObject } from '../schemas.ts';
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
    body: t.Object({ medium: t.String(), address: t.String(), id_server: t.Optional(t.String()) }),
    reply: t.Object({ id_server_unbind_result: t.Literal('no-support') }),
    operation: deleteThirdPartyId,
    input: ({ body }) => ({ medium: body.medium, address: body.address }),
    // The server binds nothing at identity servers, so it knows none that would have to forget it.
    output: () => ({ id_server_unbind_result: 'no-support' as const }),
  }),
];
