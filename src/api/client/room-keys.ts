import { Type as t } from '@sinclair/typebox';
import { groupBy } from '../../core/group-by.ts';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Infer } from '../../kernel/schema.ts';
import { deleteRoomKeys } from '../../operations/encryption/delete-room-keys.ts';
import { getRoomKeys, type BackedUpSession } from '../../operations/encryption/get-room-keys.ts';
import { putRoomKeys, type BackupSize } from '../../operations/encryption/put-room-keys.ts';
import { anyObject } from '../schemas.ts';

const count = t.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const keyData = t.Object({ first_message_index: count, forwarded_count: count, is_verified: t.Boolean(), session_data: anyObject });
const roomData = t.Object({ sessions: t.Record(t.String(), keyData) });
const allData = t.Object({ rooms: t.Record(t.String(), roomData) });

const common = { auth: 'user', limit: 'general', query: t.Object({ version: t.String() }) } as const;
const sizeReply = t.Object({ etag: t.String(), count: t.Integer() });

const sizeOf = ({ etag, count }: BackupSize) => ({ etag: String(etag), count });

const sessionOf = (roomId: string, sessionId: string, data: Infer<typeof keyData>): BackedUpSession => ({
  roomId,
  sessionId,
  firstMessageIndex: data.first_message_index,
  forwardedCount: data.forwarded_count,
  isVerified: data.is_verified,
  sessionData: data.session_data as JsonObject,
});
const sessionsOf = (roomId: string, { sessions }: Infer<typeof roomData>): BackedUpSession[] =>
  Object.entries(sessions).map(([sessionId, data]) => sessionOf(roomId, sessionId, data));

const dataOf = (session: BackedUpSession): Infer<typeof keyData> => ({
  first_message_index: session.firstMessageIndex,
  forwarded_count: session.forwardedCount,
  is_verified: session.isVerified,
  session_data: session.sessionData,
});
const roomOf = (sessions: readonly BackedUpSession[]): Infer<typeof roomData> => ({
  sessions: Object.fromEntries(sessions.map((session) => [session.sessionId, dataOf(session)])),
});

/** The keys in a key backup, on three levels: https://spec.matrix.org/v1.19/client-server-api/#server-side-key-backups */
export const ROOM_KEYS = [
  endpoint({
    method: 'PUT',
    path: '/_matrix/client/v3/room_keys/keys',
    ...common,
    body: allData,
    reply: sizeReply,
    operation: putRoomKeys,
    input: ({ query, body }) => ({ ...query, sessions: Object.entries(body.rooms).flatMap(([roomId, room]) => sessionsOf(roomId, room)) }),
    output: sizeOf,
  }),
  endpoint({
    method: 'PUT',
    path: '/_matrix/client/v3/room_keys/keys/:roomId',
    ...common,
    body: roomData,
    reply: sizeReply,
    operation: putRoomKeys,
    input: ({ params, query, body }) => ({ ...query, sessions: sessionsOf(params.roomId, body) }),
    output: sizeOf,
  }),
  endpoint({
    method: 'PUT',
    path: '/_matrix/client/v3/room_keys/keys/:roomId/:sessionId',
    ...common,
    body: keyData,
    reply: sizeReply,
    operation: putRoomKeys,
    input: ({ params, query, body }) => ({ ...query, sessions: [sessionOf(params.roomId, params.sessionId, body)] }),
    output: sizeOf,
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/room_keys/keys',
    ...common,
    reply: allData,
    operation: getRoomKeys,
    input: ({ query }) => query,
    output: (sessions) => ({
      rooms: Object.fromEntries([...groupBy(sessions, ({ roomId }) => roomId)].map(([roomId, ofRoom]) => [roomId, roomOf(ofRoom)])),
    }),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/room_keys/keys/:roomId',
    ...common,
    reply: roomData,
    operation: getRoomKeys,
    input: ({ params, query }) => ({ ...query, ...params }),
    output: roomOf,
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/room_keys/keys/:roomId/:sessionId',
    ...common,
    reply: keyData,
    operation: getRoomKeys,
    input: ({ params, query }) => ({ ...query, ...params }),
    output([session]) {
      if (session === undefined) throw notFound('The backup has no key of this session');
      return dataOf(session);
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/_matrix/client/v3/room_keys/keys',
    ...common,
    reply: sizeReply,
    operation: deleteRoomKeys,
    input: ({ query }) => query,
    output: sizeOf,
  }),
  endpoint({
    method: 'DELETE',
    path: '/_matrix/client/v3/room_keys/keys/:roomId',
    ...common,
    reply: sizeReply,
    operation: deleteRoomKeys,
    input: ({ params, query }) => ({ ...query, ...params }),
    output: sizeOf,
  }),
  endpoint({
    method: 'DELETE',
    path: '/_matrix/client/v3/room_keys/keys/:roomId/:sessionId',
    ...common,
    reply: sizeReply,
    operation: deleteRoomKeys,
    input: ({ params, query }) => ({ ...query, ...params }),
    output: sizeOf,
  }),
];
