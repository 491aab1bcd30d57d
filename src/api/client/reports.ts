import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { toEventId, toRoomId, toUserId } from '../../kernel/parse.ts';
import { reportEvent } from '../../operations/moderation/report-event.ts';
import { reportRoom } from '../../operations/moderation/report-room.ts';
import { reportUser } from '../../operations/moderation/report-user.ts';
import { emptyObject } from '../schemas.ts';

const reason = t.String({ maxLength: 4096 });

/** https://spec.matrix.org/v1.19/client-server-api/#reporting-content */
export const REPORTS = [
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/rooms/:roomId/report/:eventId',
    auth: 'user',
    limit: 'general',
    body: t.Object({ reason: t.Optional(reason), score: t.Optional(t.Integer({ minimum: -100, maximum: 0 })) }),
    reply: emptyObject,
    operation: reportEvent,
    input: ({ params, body }) => ({
      roomId: toRoomId(params.roomId),
      eventId: toEventId(params.eventId),
      reason: body.reason,
      score: body.score,
    }),
    output: () => ({}),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/rooms/:roomId/report',
    auth: 'user',
    limit: 'general',
    body: t.Object({ reason }),
    reply: emptyObject,
    operation: reportRoom,
    input: ({ params, body }) => ({ roomId: toRoomId(params.roomId), reason: body.reason }),
    output: () => ({}),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/users/:userId/report',
    auth: 'user',
    limit: 'general',
    body: t.Object({ reason }),
    reply: emptyObject,
    operation: reportUser,
    input: ({ params, body }) => ({ userId: toUserId(params.userId), reason: body.reason }),
    output: () => ({}),
  }),
];
