import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { toUserId } from '../../kernel/parse.ts';
import { deleteProfileField } from '../../operations/profiles/delete-profile-field.ts';
import { getProfile } from '../../operations/profiles/get-profile.ts';
import { setProfileField } from '../../operations/profiles/set-profile-field.ts';
import { anyObject, emptyObject } from '../schemas.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#profiles */
export const PROFILE = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/profile/:userId',
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
    auth: 'user',
    guests: true,
    limit: 'general',
    reply: emptyObject,
    operation: deleteProfileField,
    input: ({ params }) => ({ userId: toUserId(params.userId), field: params.keyName }),
    output: () => ({}),
  }),
];
