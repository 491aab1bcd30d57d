import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { toRoomId, toUserId } from '../../kernel/parse.ts';
import { createRoom } from '../../operations/rooms/create-room.ts';
import { upgradeRoom } from '../../operations/rooms/upgrade-room.ts';
import { anyObject } from '../schemas.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#rooms-1 */
export const ROOMS = [
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/createRoom',
    auth: 'user',
    limit: 'room_admin',
    body: anyObject,
    reply: t.Object({ room_id: t.String() }),
    operation: createRoom,
    input: ({ body }) => body,
    output: (roomId) => ({ room_id: roomId }),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/rooms/:roomId/upgrade',
    auth: 'user',
    limit: 'room_admin',
    body: t.Object({ new_version: t.String(), additional_creators: t.Optional(t.Array(t.String())) }),
    reply: t.Object({ replacement_room: t.String() }),
    operation: upgradeRoom,
    input: ({ params, body }) => ({
      roomId: toRoomId(params.roomId),
      newVersion: body.new_version,
      additionalCreators: (body.additional_creators ?? []).map(toUserId),
    }),
    output: ({ roomId }) => ({ replacement_room: roomId }),
  }),
];
