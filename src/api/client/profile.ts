import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { toUserId } from '../../kernel/parse.ts';
import { deleteProfileField } from '../../operations/profiles/delete-profile-field.ts';
import { getProfile } from '../../operations/profiles/get-profile.ts';
import { setProfileField } from '../../operations/profiles/set-profile-field.ts';
import { anyObject, emptyObject } from '../schemas.ts';

/** Where fields of one's own were before they became part of the specification. */
const BEFORE = '/_matrix/client/unstable/uk.tcpip.msc4133/profile';

/** https://spec.matrix.org/v1.19/client-server-api/#profiles */
export const PROFILE = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/profile/:userId',
    aliases: [`${BEFORE}/:userId`],
    auth: 'none',
    limit: 'general',
    reply: anyObject,
    operation: getProfile,
    input: ({ params }) => ({ userId: toUserId(params.userId) }),
    output: (profile) => profile,
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/profile/:userId/:keyName',
    aliases: [`${BEFORE}/:userId/:keyName`],
    auth: 'none',
    limit: 'general',
    reply: anyObject,
    operation: getProfile,
    input: ({ params }) => ({ userId: toUserId(params.userId), field: params.keyName }),
    output: (profile) => profile,
  }),
  endpoint({
    method: 'PUT',
    path: '/_matrix/client/v3/profile/:userId/:keyName',
    aliases: [`${BEFORE}/:userId/:keyName`],
    auth: 'user',
    guests: true,
    limit: 'general',
    body: anyObject,
    reply: emptyObject,
    operation: setProfileField,
    input: ({ params, body }) => ({ userId: toUserId(params.userId), field: params.keyName, content: body as JsonObject }),
    output: () => ({}),
  }),
  endpoint({
    method: 'DELETE',
    path: '/_matrix/client/v3/profile/:userId/:keyName',
    aliases: [`${BEFORE}/:userId/:keyName`],
    auth: 'user',
    guests: true,
    limit: 'general',
    reply: emptyObject,
    operation: deleteProfileField,
    input: ({ params }) => ({ userId: toUserId(params.userId), field: params.keyName }),
    output: () => ({}),
  }),
];
