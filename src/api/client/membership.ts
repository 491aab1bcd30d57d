import { Type as t } from '@sinclair/typebox';
import type { RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { toRoomId, toUserId } from '../../kernel/parse.ts';
import { banUser } from '../../operations/rooms/ban-user.ts';
import { forgetRoom } from '../../operations/rooms/forget-room.ts';
import { getJoinedRooms } from '../../operations/rooms/get-joined-rooms.ts';
import { inviteUser } from '../../operations/rooms/invite-user.ts';
import { joinRoom, type Joining } from '../../operations/rooms/join-room.ts';
import { kickUser } from '../../operations/rooms/kick-user.ts';
import { knockOnRoom } from '../../operations/rooms/knock-on-room.ts';
import { leaveRoom } from '../../operations/rooms/leave-room.ts';
import { unbanUser } from '../../operations/rooms/unban-user.ts';
import type { Infer } from '../../kernel/schema.ts';
import { emptyObject } from '../schemas.ts';

const aboutSelf = { body: t.Object({ reason: t.Optional(t.String()) }), bodyOptional: true } as const;
const thirdPartySigned = t.Unsafe<JsonObject>(
  t.Object({ sender: t.String(), mxid: t.String(), token: t.String(), signatures: t.Record(t.String(), t.Record(t.String(), t.String())) }),
);
const entering = {
  ...aboutSelf,
  method: 'POST',
  auth: 'user',
  limit: 'join',
  reply: t.Object({ room_id: t.String() }),
} as const;
const joinBody = t.Object({ reason: t.Optional(t.String()), third_party_signed: t.Optional(thirdPartySigned) });
const joining = {
  ...entering,
  body: joinBody,
  guests: true,
  operation: joinRoom,
  output: ({ roomId }: { roomId: RoomId }) => ({ room_id: roomId }),
} as const;
/** Bots and bridges mark their member events by further keys of the body. */
const joinOf = (roomIdOrAlias: string, { third_party_signed: thirdPartySigned, ...content }: Infer<typeof joinBody>): Joining => ({
  roomIdOrAlias,
  content,
  thirdPartySigned,
});

const byAddress = t.Object({ medium: t.String(), address: t.String(), id_server: t.String(), id_access_token: t.String() });
const aboutUser = t.Object({ user_id: t.String(), reason: t.Optional(t.String()) });
const userOf = ({ params, body }: { params: { roomId: string }; body: { user_id: string; reason?: string } }) => ({
  roomId: toRoomId(params.roomId),
  userId: toUserId(body.user_id),
  reason: body.reason,
});
const changingOther = { method: 'POST', auth: 'user', body: aboutUser, reply: emptyObject, input: userOf, output: () => ({}) } as const;

/** https://spec.matrix.org/v1.19/client-server-api/#room-membership */
export const MEMBERSHIP = [
  endpoint({
    ...joining,
    path: '/_matrix/client/v3/rooms/:roomId/join',
    input: ({ params, body }) => joinOf(toRoomId(params.roomId), body),
  }),
  endpoint({
    ...joining,
    path: '/_matrix/client/v3/join/:roomIdOrAlias',
    input: ({ params, body }) => joinOf(params.roomIdOrAlias, body),
  }),
  endpoint({
    ...entering,
    path: '/_matrix/client/v3/knock/:roomIdOrAlias',
    operation: knockOnRoom,
    output: (roomId) => ({ room_id: roomId }),
    input: ({ params, body }) => ({ roomIdOrAlias: params.roomIdOrAlias, reason: body.reason }),
  }),
  endpoint({
    ...aboutSelf,
    method: 'POST',
    path: '/_matrix/client/v3/rooms/:roomId/leave',
    auth: 'user',
    guests: true,
    limit: 'general',
    reply: emptyObject,
    operation: leaveRoom,
    input: ({ params, body }) => ({ roomId: toRoomId(params.roomId), reason: body.reason }),
    output: () => ({}),
  }),
  endpoint({
    ...changingOther,
    path: '/_matrix/client/v3/rooms/:roomId/invite',
    limit: 'invite',
    body: t.Union([aboutUser, byAddress]),
    operation: inviteUser,
    input: ({ params, body }) => ('user_id' in body ? userOf({ params, body }) : { roomId: toRoomId(params.roomId), invitee: body }),
  }),
  endpoint({ ...changingOther, path: '/_matrix/client/v3/rooms/:roomId/kick', limit: 'room_admin', operation: kickUser }),
  endpoint({ ...changingOther, path: '/_matrix/client/v3/rooms/:roomId/ban', limit: 'room_admin', operation: banUser }),
  endpoint({ ...changingOther, path: '/_matrix/client/v3/rooms/:roomId/unban', limit: 'room_admin', operation: unbanUser }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/rooms/:roomId/forget',
    auth: 'user',
    limit: 'general',
    body: emptyObject,
    bodyOptional: true,
    reply: emptyObject,
    operation: forgetRoom,
    input: ({ params }) => ({ roomId: toRoomId(params.roomId) }),
    output: () => ({}),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/joined_rooms',
    auth: 'user',
    limit: 'general',
    reply: t.Object({ joined_rooms: t.Array(t.String()) }),
    operation: getJoinedRooms,
    input: () => undefined,
    output: (roomIds) => ({ joined_rooms: [...roomIds] }),
  }),
];
