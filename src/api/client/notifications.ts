import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { formatPosition, parsePosition } from '../../kernel/position-token.ts';
import { getNotifications } from '../../operations/push/get-notifications.ts';
import { anyObject } from '../schemas.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** https://spec.matrix.org/v1.19/client-server-api/#listing-notifications */
export const NOTIFICATIONS = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/notifications',
    auth: 'user',
    limit: 'general',
    query: t.Object({ from: t.Optional(t.String()), limit: t.Optional(t.Integer({ minimum: 1 })), only: t.Optional(t.String()) }),
    reply: t.Object({
      notifications: t.Array(
        t.Object({
          actions: t.Array(t.Union([t.String(), anyObject])),
          event: anyObject,
          read: t.Boolean(),
          room_id: t.String(),
          ts: t.Integer(),
        }),
      ),
      next_token: t.Optional(t.String()),
    }),
    operation: getNotifications,
    input: ({ query }) => ({
      from: query.from === undefined ? undefined : parsePosition(query.from),
      limit: Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT),
      highlighted: query.only === 'highlight',
    }),
    output: ({ notifications, next }) => ({
      notifications: notifications.map(({ actions, event, isRead, roomId, ts }) => ({
        actions: actions.map((action) => (typeof action === 'string' ? action : { ...action })),
        event,
        read: isRead,
        room_id: roomId,
        ts,
      })),
      ...(next !== undefined && { next_token: formatPosition(next) }),
    }),
  }),
];
