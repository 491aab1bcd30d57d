import { Type as t, type Static } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { createRegistrationToken } from '../../operations/registration-tokens/create-registration-token.ts';
import { deleteRegistrationToken } from '../../operations/registration-tokens/delete-registration-token.ts';
import { getRegistrationToken } from '../../operations/registration-tokens/get-registration-token.ts';
import { listRegistrationTokens } from '../../operations/registration-tokens/list-registration-tokens.ts';
import { updateRegistrationToken } from '../../operations/registration-tokens/update-registration-token.ts';
import { emptyObject } from '../schemas.ts';

const BASE = '/_synapse/admin/v1/registration_tokens';
const integerOrNull = t.Union([t.Integer(), t.Null()]);
const tokenReply = t.Object({
  token: t.String(),
  uses_allowed: integerOrNull,
  pending: t.Integer(),
  completed: t.Integer(),
  expiry_time: integerOrNull,
});

interface Token {
  readonly token: string;
  readonly usesAllowed: number | null;
  readonly uses: number;
  readonly expiresTs: number | null;
}

/** `pending` is always 0: a token is checked and used by one request, so nobody can hold one without having registered. */
const tokenOf = ({ token, usesAllowed, uses, expiresTs }: Token): Static<typeof tokenReply> => ({
  token,
  uses_allowed: usesAllowed,
  pending: 0,
  completed: uses,
  expiry_time: expiresTs,
});

/** The tokens by which people register, as tools for Synapse know them. */
export const REGISTRATION_TOKENS = [
  endpoint({
    method: 'GET',
    path: BASE,
    auth: 'admin',
    limit: 'general',
    query: t.Object({ valid: t.Optional(t.Boolean()) }),
    reply: t.Object({ registration_tokens: t.Array(tokenReply) }),
    operation: listRegistrationTokens,
    input: ({ query }) => query.valid,
    output: (tokens) => ({ registration_tokens: tokens.map(tokenOf) }),
  }),
  endpoint({
    method: 'POST',
    path: `${BASE}/new`,
    auth: 'admin',
    limit: 'general',
    body: t.Object({
      token: t.Optional(t.String()),
      uses_allowed: t.Optional(integerOrNull),
      expiry_time: t.Optional(integerOrNull),
      length: t.Optional(t.Integer({ minimum: 1, maximum: 64 })),
    }),
    reply: tokenReply,
    operation: createRegistrationToken,
    input: ({ body }) => ({
      token: body.token,
      length: body.length ?? 16,
      usesAllowed: body.uses_allowed ?? null,
      expiresTs: body.expiry_time ?? null,
    }),
    output: tokenOf,
  }),
  endpoint({
    method: 'GET',
    path: `${BASE}/:token`,
    auth: 'admin',
    limit: 'general',
    reply: tokenReply,
    operation: getRegistrationToken,
    input: ({ params }) => params.token,
    output: tokenOf,
  }),
  endpoint({
    method: 'PUT',
    path: `${BASE}/:token`,
    auth: 'admin',
    limit: 'general',
    body: t.Object({ uses_allowed: t.Optional(integerOrNull), expiry_time: t.Optional(integerOrNull) }),
    reply: tokenReply,
    operation: updateRegistrationToken,
    input: ({ params, body }) => ({ token: params.token, limits: { usesAllowed: body.uses_allowed, expiresTs: body.expiry_time } }),
    output: tokenOf,
  }),
  endpoint({
    method: 'DELETE',
    path: `${BASE}/:token`,
    auth: 'admin',
    limit: 'general',
    reply: emptyObject,
    operation: deleteRegistrationToken,
    input: ({ params }) => params.token,
    output: () => ({}),
  }),
];
