import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { createRoom } from '../../operations/rooms/create-room.ts';
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
];
