import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { toEventId, toRoomId } from '../../kernel/parse.ts';
import { formatPosition, parsePosition } from '../../kernel/position-token.ts';
import { getEventByTimestamp } from '../../operations/reading/get-event-by-timestamp.ts';
import { getEventContext } from '../../operations/reading/get-event-context.ts';
import { getMessages } from '../../operations/reading/get-messages.ts';
import { clientEvent, clientEventList, direction } from '../schemas.ts';
import { toRoomEventFilter } from './room-event-filter.ts';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 500;

/** https://spec.matrix.org/v1.19/client-server-api/#getting-events-for-a-room, https://spec.matrix.org/v1.19/client-server-api/#event-context */
export const MESSAGES = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/rooms/:roomId/messages',
    auth: 'user',
    guests: true,
    limit: 'general',
    query: t.Object({
      dir: t.Optional(direction),
      from: t.Optional(t.String()),
      to: t.Optional(t.String()),
      limit: t.Optional(t.Integer({ minimum: 0 })),
      filter: t.Optional(t.String()),
    }),
    reply: t.Object({ chunk: clientEventList, start: t.String(), end: t.Optional(t.String()), state: t.Optional(clientEventList) }),
    operation: getMessages,
    input: ({ params, query }) => ({
      roomId: toRoomId(params.roomId),
      // Required by the text, but callers of old leave it out.
      direction: query.dir ?? 'f',
      from: query.from === undefined ? undefined : parsePosition(query.from),
      to: query.to === undefined ? undefined : parsePosition(query.to),
      limit: Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT),
      filter: toRoomEventFilter(query.filter),
    }),
    output: ({ chunk, state, start, end }) => ({
      chunk,
      start: formatPosition(start),
      ...(end !== undefined && { end: formatPosition(end) }),
      ...(state !== undefined && { state }),
    }),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/rooms/:roomId/context/:eventId',
    auth: 'user',
    guests: true,
    limit: 'general',
    query: t.Object({ limit: t.Optional(t.Integer({ minimum: 0 })), filter: t.Optional(t.String()) }),
    reply: t.Object({
      event: clientEvent,
      events_before: clientEventList,
      events_after: clientEventList,
      state: clientEventList,
      start: t.String(),
      end: t.String(),
    }),
    operation: getEventContext,
    input: ({ params, query }) => ({
      roomId: toRoomId(params.roomId),
      eventId: toEventId(params.eventId),
      limit: Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT),
      filter: toRoomEventFilter(query.filter),
    }),
    output: ({ event, eventsBefore, eventsAfter, state, start, end }) => ({
      event,
      events_before: eventsBefore,
      events_after: eventsAfter,
      state,
      start: formatPosition(start),
      end: formatPosition(end),
    }),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v1/rooms/:roomId/timestamp_to_event',
    auth: 'user',
    limit: 'general',
    query: t.Object({ ts: t.Integer(), dir: direction }),
    reply: t.Object({ event_id: t.String(), origin_server_ts: t.Integer() }),
    operation: getEventByTimestamp,
    input: ({ params, query }) => ({ roomId: toRoomId(params.roomId), ts: query.ts, direction: query.dir }),
    output: ({ eventId, originServerTs }) => ({ event_id: eventId, origin_server_ts: originServerTs }),
  }),
];
