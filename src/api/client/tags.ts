import { Type as t } from '@sinclair/typebox';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { toRoomId, toUserId } from '../../kernel/parse.ts';
import { deleteTag } from '../../operations/account-data/delete-tag.ts';
import { getTags } from '../../operations/account-data/get-tags.ts';
import { putTag } from '../../operations/account-data/put-tag.ts';
import { anyObject, emptyObject } from '../schemas.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#room-tagging */
export const TAGS = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/user/:userId/rooms/:roomId/tags',
    auth: 'user',
    limit: 'general',
    reply: t.Object({ tags: t.Record(t.String(), anyObject) }),
    operation: getTags,
    input: ({ params }) => ({ userId: toUserId(params.userId), roomId: toRoomId(params.roomId) }),
    output: (tags) => ({ tags }),
  }),
  endpoint({
    method: 'PUT',
    path: '/_matrix/client/v3/user/:userId/rooms/:roomId/tags/:tag',
    auth: 'user',
    limit: 'general',
    body: t.Object({ order: t.Optional(t.Number({ minimum: 0, maximum: 1 })) }),
    reply: emptyObject,
    operation: putTag,
    input: ({ params, body }) => ({
      userId: toUserId(params.userId),
      roomId: toRoomId(params.roomId),
      tag: params.tag,
      content: body as JsonObject,
    }),
    output: () => ({}),
  }),
  endpoint({
    method: 'DELETE',
    path: '/_matrix/client/v3/user/:userId/rooms/:roomId/tags/:tag',
    auth: 'user',
    limit: 'general',
    reply: emptyObject,
    operation: deleteTag,
    input: ({ params }) => ({ userId: toUserId(params.userId), roomId: toRoomId(params.roomId), tag: params.tag }),
    output: () => ({}),
  }),
];
