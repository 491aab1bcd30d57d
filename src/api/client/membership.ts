import { Type as t } from '@sinclair/typebox';
import type { RoomId } from '../../core/identifiers.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { toRoomId, toUserId } from '../../kernel/parse.ts';
import { inviteUser } from '../../operations/rooms/invite-user.ts';
import { joinRoom } from '../../operations/rooms/join-room.ts';
import { leaveRoom } from '../../operations/rooms/leave-room.ts';
import { emptyObject } from '../schemas.ts';

const aboutSelf = t.Object({ reason: t.Optional(t.String()) });
const aboutUser = t.Object({ user_id: t.String(), reason: t.Optional(t.String()) });
const roomReply = t.Object({ room_id: t.String() });

const joining = {
  method: 'POST',
  auth: 'user',
  guests: true,
  limit: 'join',
  body: aboutSelf,
  bodyOptional: true,
  reply: roomReply,
  operation: joinRoom,
  output: (roomId: RoomId) => ({ room_id: roomId }),
} as const;

/** https://spec.matrix.org/v1.19/client-server-api/#room-membership */
export const MEMBERSHIP = [
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/rooms/:roomId/invite',
    auth: 'user',
    limit: 'invite',
    body: aboutUser,
    reply: emptyObject,
    operation: inviteUser,
    input: ({ params, body }) => ({ roomId: toRoomId(params.roomId), userId: toUserId(body.user_id), reason: body.reason }),
    output: () => ({}),
  }),
  endpoint({
    ...joining,
    path: '/_matrix/client/v3/rooms/:roomId/join',
    input: ({ params, body }) => ({ roomIdOrAlias: toRoomId(params.roomId), reason: body.reason }),
  }),
  endpoint({
    ...joining,
    path: '/_matrix/client/v3/join/:roomIdOrAlias',
    input: ({ params, body }) => ({ roomIdOrAlias: params.roomIdOrAlias, reason: body.reason }),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/rooms/:roomId/leave',
    auth: 'user',
    guests: true,
    limit: 'general',
    body: aboutSelf,
    bodyOptional: true,
    reply: emptyObject,
    operation: leaveRoom,
    input: ({ params, body }) => ({ roomId: toRoomId(params.roomId), reason: body.reason }),
    output: () => ({}),
  }),
];
