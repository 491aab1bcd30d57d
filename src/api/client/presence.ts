import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { toUserId } from '../../kernel/parse.ts';
import { getPresence } from '../../operations/presence/get-presence.ts';
import { setPresence } from '../../operations/presence/set-presence.ts';
import { emptyObject } from '../schemas.ts';

const state = t.Union([t.Literal('online'), t.Literal('offline'), t.Literal('unavailable')]);

/** https://spec.matrix.org/v1.19/client-server-api/#presence */
export const PRESENCE = [
  endpoint({
    method: 'PUT',
    path: '/_matrix/client/v3/presence/:userId/status',
    auth: 'user',
    limit: 'general',
    body: t.Object({ presence: state, status_msg: t.Optional(t.Union([t.String(), t.Null()])) }),
    reply: emptyObject,
    operation: setPresence,
    input: ({ params, body }) => ({ userId: toUserId(params.userId), state: body.presence, statusMsg: body.status_msg ?? undefined }),
    output: () => ({}),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/presence/:userId/status',
    auth: 'user',
    limit: 'general',
    reply: t.Object({
      presence: state,
      last_active_ago: t.Optional(t.Integer({ minimum: 0 })),
      status_msg: t.Optional(t.String()),
      currently_active: t.Optional(t.Boolean()),
    }),
    operation: getPresence,
    input: ({ params }) => ({ userId: toUserId(params.userId) }),
    output: (content) => content,
  }),
];
