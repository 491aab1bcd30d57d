import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { toRoomId, toUserId } from '../../kernel/parse.ts';
import { setTyping } from '../../operations/typing/set-typing.ts';
import { emptyObject } from '../schemas.ts';

/** ms, for clients that name none. */
const DEFAULT_TIMEOUT = 30_000;

/** https://spec.matrix.org/v1.19/client-server-api/#typing-notifications */
export const TYPING = [
  endpoint({
    method: 'PUT',
    path: '/_matrix/client/v3/rooms/:roomId/typing/:userId',
    auth: 'user',
    limit: 'general',
    body: t.Object({ typing: t.Boolean(), timeout: t.Optional(t.Integer({ minimum: 0 })) }),
    reply: emptyObject,
    operation: setTyping,
    input: ({ params, body }) => ({
      userId: toUserId(params.userId),
      roomId: toRoomId(params.roomId),
      typing: body.typing,
      timeout: body.timeout ?? DEFAULT_TIMEOUT,
    }),
    output: () => ({}),
  }),
];
