import { Type as t } from '@sinclair/typebox';
import type { EventId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { toEventId, toRoomId } from '../../kernel/parse.ts';
import { redactEvent } from '../../operations/rooms/redact-event.ts';
import { sendEvent } from '../../operations/rooms/send-event.ts';
import { setState } from '../../operations/rooms/set-state.ts';
import { anyObject } from '../schemas.ts';

const sending = {
  method: 'PUT',
  auth: 'user',
  limit: 'message',
  reply: t.Object({ event_id: t.String() }),
  output: (eventId: EventId) => ({ event_id: eventId }),
} as const;
const settingState = { ...sending, guests: true, body: anyObject, operation: setState } as const;

/** https://spec.matrix.org/v1.19/client-server-api/#sending-events-to-a-room */
export const SENDING = [
  endpoint({
    ...sending,
    path: '/_matrix/client/v3/rooms/:roomId/send/:eventType/:txnId',
    guests: true,
    body: anyObject,
    operation: sendEvent,
    input: ({ params, body }) => ({ roomId: toRoomId(params.roomId), type: params.eventType, content: body as JsonObject, txnId: params.txnId }),
  }),
  endpoint({
    ...sending,
    path: '/_matrix/client/v3/rooms/:roomId/redact/:eventId/:txnId',
    body: t.Object({ reason: t.Optional(t.String()) }),
    bodyOptional: true,
    operation: redactEvent,
    input: ({ params: { roomId, eventId, txnId }, body }) => ({
      roomId: toRoomId(roomId),
      eventId: toEventId(eventId),
      txnId,
      reason: body.reason,
    }),
  }),
  endpoint({
    ...settingState,
    path: '/_matrix/client/v3/rooms/:roomId/state/:eventType',
    input: ({ params, body }) => ({ roomId: toRoomId(params.roomId), type: params.eventType, stateKey: '', content: body as JsonObject }),
  }),
  endpoint({
    ...settingState,
    path: '/_matrix/client/v3/rooms/:roomId/state/:eventType/:stateKey',
    input: ({ params, body }) => ({
      roomId: toRoomId(params.roomId),
      type: params.eventType,
      stateKey: params.stateKey,
      content: body as JsonObject,
    }),
  }),
];
