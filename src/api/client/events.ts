import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { toEventId, toRoomId } from '../../kernel/parse.ts';
import { getEvent } from '../../operations/reading/get-event.ts';
import { getStateEvent } from '../../operations/reading/get-state-event.ts';
import { getState } from '../../operations/reading/get-state.ts';
import { anyObject, clientEvent, clientEventList } from '../schemas.ts';

const stateFormat = t.Object({ format: t.Optional(t.Union([t.Literal('content'), t.Literal('event')])) });

/** https://spec.matrix.org/v1.19/client-server-api/#getting-events-for-a-room */
export const EVENTS = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/rooms/:roomId/event/:eventId',
    auth: 'user',
    guests: true,
    limit: 'general',
    reply: clientEvent,
    operation: getEvent,
    input: ({ params }) => ({ roomId: toRoomId(params.roomId), eventId: toEventId(params.eventId) }),
    output: (event) => event,
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/rooms/:roomId/state',
    auth: 'user',
    guests: true,
    limit: 'general',
    reply: clientEventList,
    operation: getState,
    input: ({ params }) => ({ roomId: toRoomId(params.roomId) }),
    output: (events) => events,
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/rooms/:roomId/state/:eventType',
    auth: 'user',
    guests: true,
    limit: 'general',
    query: stateFormat,
    reply: anyObject,
    operation: getStateEvent,
    input: ({ params, query }) => ({ roomId: toRoomId(params.roomId), type: params.eventType, stateKey: '', format: query.format ?? 'content' }),
    output: (content) => content,
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/rooms/:roomId/state/:eventType/:stateKey',
    auth: 'user',
    guests: true,
    limit: 'general',
    query: stateFormat,
    reply: anyObject,
    operation: getStateEvent,
    input: ({ params, query }) => ({
      roomId: toRoomId(params.roomId),
      type: params.eventType,
      stateKey: params.stateKey,
      format: query.format ?? 'content',
    }),
    output: (content) => content,
  }),
];
