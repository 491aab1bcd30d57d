import { Type as t } from '@sinclair/typebox';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { toRoomId } from '../../kernel/parse.ts';
import { sendEvent } from '../../operations/rooms/send-event.ts';
import { anyObject } from '../schemas.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#sending-events-to-a-room */
export const SENDING = [
  endpoint({
    method: 'PUT',
    path: '/_matrix/client/v3/rooms/:roomId/send/:eventType/:txnId',
    auth: 'user',
    guests: true,
    limit: 'message',
    body: anyObject,
    reply: t.Object({ event_id: t.String() }),
    operation: sendEvent,
    input: ({ params, body }) => ({ roomId: toRoomId(params.roomId), type: params.eventType, content: body as JsonObject, txnId: params.txnId }),
    output: (eventId) => ({ event_id: eventId }),
  }),
];
