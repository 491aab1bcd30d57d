import { Type as t } from '@sinclair/typebox';
import { MAIN_THREAD, type ThreadId } from '../../core/threads.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { invalidParam } from '../../kernel/errors.ts';
import { toEventId, toRoomId } from '../../kernel/parse.ts';
import { setReadMarkers, type Marker } from '../../operations/receipts/set-read-markers.ts';
import { emptyObject } from '../schemas.ts';

const MARKERS = ['m.fully_read', 'm.read', 'm.read.private'] as const;

/** https://spec.matrix.org/v1.19/client-server-api/#receipts, https://spec.matrix.org/v1.19/client-server-api/#read-and-unread-markers */
export const RECEIPTS = [
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/rooms/:roomId/receipt/:receiptType/:eventId',
    auth: 'user',
    limit: 'general',
    body: t.Object({ thread_id: t.Optional(t.Unknown()) }),
    bodyOptional: true,
    reply: emptyObject,
    operation: setReadMarkers,
    input: ({ params, body }) => {
      const type = toMarkerType(params.receiptType);
      return { roomId: toRoomId(params.roomId), markers: [{ type, eventId: toEventId(params.eventId), threadId: toThreadId(body.thread_id, type) }] };
    },
    output: () => ({}),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/rooms/:roomId/read_markers',
    auth: 'user',
    limit: 'general',
    body: t.Object({
      'm.fully_read': t.Optional(t.String()),
      'm.read': t.Optional(t.String()),
      'm.read.private': t.Optional(t.String()),
    }),
    reply: emptyObject,
    operation: setReadMarkers,
    input: ({ params, body }) => ({
      roomId: toRoomId(params.roomId),
      markers: MARKERS.flatMap((type): Marker[] => {
        const eventId = body[type];
        return eventId === undefined ? [] : [{ type, eventId: toEventId(eventId) }];
      }),
    }),
    output: () => ({}),
  }),
];

function toMarkerType(type: string): Marker['type'] {
  const known = MARKERS.find((name) => name === type);
  if (known === undefined) throw invalidParam(`The type of a receipt is one of ${MARKERS.join(', ')}`);
  return known;
}

function toThreadId(threadId: unknown, type: Marker['type']): ThreadId | undefined {
  if (threadId === undefined) return undefined;
  if (typeof threadId !== 'string' || threadId === '') throw invalidParam('"thread_id" must be a text and not empty');
  if (type === 'm.fully_read') throw invalidParam('The fully read marker has no "thread_id"');
  return threadId === MAIN_THREAD ? threadId : toEventId(threadId);
}
