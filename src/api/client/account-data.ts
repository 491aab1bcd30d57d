import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { toRoomId, toUserId } from '../../kernel/parse.ts';
import { getAccountData } from '../../operations/account-data/get-account-data.ts';
import { putAccountData } from '../../operations/account-data/put-account-data.ts';
import { anyObject, emptyObject } from '../schemas.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#client-config */
export const ACCOUNT_DATA = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/user/:userId/account_data/:type',
    auth: 'user',
    limit: 'general',
    reply: anyObject,
    operation: getAccountData,
    input: ({ params }) => ({ userId: toUserId(params.userId), roomId: undefined, type: params.type }),
    output: (content) => content,
  }),
  endpoint({
    method: 'PUT',
    path: '/_matrix/client/v3/user/:userId/account_data/:type',
    auth: 'user',
    limit: 'general',
    body: anyObject,
    reply: emptyObject,
    operation: putAccountData,
    input: ({ params, body }) => ({
      userId: toUserId(params.userId),
      roomId: undefined,
      type: params.type,
      content: body as JsonObject,
    }),
    output: () => ({}),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/user/:userId/rooms/:roomId/account_data/:type',
    auth: 'user',
    limit: 'general',
    reply: anyObject,
    operation: getAccountData,
    input: ({ params }) => ({ userId: toUserId(params.userId), roomId: toRoomId(params.roomId), type: params.type }),
    output: (content) => content,
  }),
  endpoint({
    method: 'PUT',
    path: '/_matrix/client/v3/user/:userId/rooms/:roomId/account_data/:type',
    auth: 'user',
    limit: 'general',
    body: anyObject,
    reply: emptyObject,
    operation: putAccountData,
    input: ({ params, body }) => ({
      userId: toUserId(params.userId),
      roomId: toRoomId(params.roomId),
      type: params.type,
      content: body as JsonObject,
    }),
    output: () => ({}),
  }),
];
