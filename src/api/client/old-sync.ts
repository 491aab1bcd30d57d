import { Type as t } from '@sinclair/typebox';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { objectAt, stringAt } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { toEventId, toRoomId } from '../../kernel/parse.ts';
import { formatPosition, parsePosition } from '../../kernel/position-token.ts';
import type { Infer } from '../../kernel/schema.ts';
import { getEventStream } from '../../operations/old-sync/get-event-stream.ts';
import { getInitialSync, type InitialSync } from '../../operations/old-sync/get-initial-sync.ts';
import { getOneEvent } from '../../operations/old-sync/get-one-event.ts';
import { getRoomInitialSync } from '../../operations/old-sync/get-room-initial-sync.ts';
import { present } from '../present.ts';
import { anyObject, clientEvent, clientEventList } from '../schemas.ts';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;

const roomInfo = t.Object({
  room_id: t.String(),
  membership: t.Optional(t.String()),
  invite: t.Optional(clientEvent),
  messages: t.Optional(t.Object({ start: t.Optional(t.String()), end: t.String(), chunk: clientEventList })),
  state: t.Optional(clientEventList),
  visibility: t.String(),
  account_data: t.Optional(t.Array(t.Object({ type: t.String(), content: anyObject }))),
});
const initialSync = t.Object({
  end: t.String(),
  presence: t.Array(anyObject),
  rooms: t.Array(roomInfo),
  account_data: t.Array(anyObject),
});

const listAt = (object: JsonObject | undefined, ...path: readonly string[]): readonly JsonObject[] => {
  const [key = '', ...rest] = path;
  const value: JsonValue | undefined = object?.[key];
  if (rest.length > 0) return listAt(object && objectAt(object, key), ...rest);
  return Array.isArray(value) ? (value as JsonObject[]) : [];
};
const visibilityOf = (isPublished: boolean): string => (isPublished ? 'public' : 'private');

/** The parts of a reply of /sync in the places where they were before. */
function initialSyncOf({ sync, rooms }: InitialSync): Infer<typeof initialSync> {
  const end = stringAt(sync, 'next_batch') ?? '';
  const told = objectAt(sync, 'rooms') ?? {};
  const infos = [...rooms].map(([roomId, { membership, isPublished, invite }]): Infer<typeof roomInfo> => {
    const about = { room_id: roomId, membership, visibility: visibilityOf(isPublished) };
    if (invite !== undefined) return { ...about, invite };
    const room = objectAt(objectAt(told, 'join') ?? {}, roomId) ?? objectAt(objectAt(told, 'leave') ?? {}, roomId);
    const inRoom = (event: JsonObject): JsonObject => ({ ...event, room_id: roomId });
    const start = objectAt(room ?? {}, 'timeline')?.['prev_batch'];
    return {
      ...about,
      messages: { end, chunk: listAt(room, 'timeline', 'events').map(inRoom), ...(typeof start === 'string' && { start }) },
      state: listAt(room, 'state_after', 'events').map(inRoom),
      account_data: listAt(room, 'account_data', 'events') as { type: string; content: JsonObject }[],
    };
  });
  return { end, presence: [...listAt(sync, 'presence', 'events')], rooms: infos, account_data: [...listAt(sync, 'account_data', 'events')] };
}

/** What clients used before there was /sync, and still use to watch rooms that they have not joined: https://spec.matrix.org/v1.19/client-server-api/#room-previews */
export const OLD_SYNC = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/events',
    auth: 'user',
    guests: true,
    limit: 'sync',
    query: t.Object({ from: t.Optional(t.String()), timeout: t.Optional(t.Integer({ minimum: 0 })), room_id: t.Optional(t.String()) }),
    reply: t.Object({ start: t.String(), end: t.String(), chunk: clientEventList }),
    operation: getEventStream,
    input: (call) => ({
      roomId: call.query.room_id === undefined ? undefined : toRoomId(call.query.room_id),
      from: call.query.from === undefined ? undefined : parsePosition(call.query.from),
      timeout: call.query.timeout ?? 0,
      signal: () => call.signal,
    }),
    output: ({ start, end, chunk }) => ({ start: formatPosition(start), end: formatPosition(end), chunk }),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/events/:eventId',
    auth: 'user',
    limit: 'general',
    reply: clientEvent,
    operation: getOneEvent,
    input: ({ params }) => ({ eventId: toEventId(params.eventId) }),
    output: (event) => event,
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/initialSync',
    auth: 'user',
    limit: 'sync',
    query: t.Object({ limit: t.Optional(t.Integer({ minimum: 1 })), archived: t.Optional(t.Boolean()) }),
    reply: initialSync,
    operation: getInitialSync,
    input: ({ query }) => ({ limit: Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT), archived: query.archived ?? false }),
    output: initialSyncOf,
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/rooms/:roomId/initialSync',
    auth: 'user',
    guests: true,
    limit: 'general',
    reply: roomInfo,
    operation: getRoomInitialSync,
    input: ({ params }) => ({ roomId: toRoomId(params.roomId) }),
    output: ({ roomId, membership, messages, start, end, state, isPublished, accountData }) => ({
      room_id: roomId,
      // A knock is none of the memberships that this reply knows.
      ...present('membership', membership === 'knock' ? undefined : membership),
      messages: { chunk: messages, end: formatPosition(end), ...(start !== undefined && { start: formatPosition(start) }) },
      state,
      visibility: visibilityOf(isPublished),
      account_data: accountData.map(({ type, content }) => ({ type, content })),
    }),
  }),
];
