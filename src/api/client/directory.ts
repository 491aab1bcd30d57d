import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { toRoomAlias, toRoomId } from '../../kernel/parse.ts';
import { deleteRoomAlias } from '../../operations/directory/delete-room-alias.ts';
import { getLocalAliases } from '../../operations/directory/get-local-aliases.ts';
import { getRoomAlias } from '../../operations/directory/get-room-alias.ts';
import { setRoomAlias } from '../../operations/directory/set-room-alias.ts';
import { emptyObject } from '../schemas.ts';

const ROOM_ALIAS = '/_matrix/client/v3/directory/room/:roomAlias';

/** https://spec.matrix.org/v1.19/client-server-api/#room-aliases */
export const DIRECTORY = [
  endpoint({
    method: 'GET',
    path: ROOM_ALIAS,
    auth: 'none',
    limit: 'directory',
    reply: t.Object({ room_id: t.String(), servers: t.Array(t.String()) }),
    operation: getRoomAlias,
    input: ({ params }) => ({ alias: toRoomAlias(params.roomAlias) }),
    output: ({ roomId, servers }) => ({ room_id: roomId, servers }),
  }),
  endpoint({
    method: 'PUT',
    path: ROOM_ALIAS,
    auth: 'user',
    limit: 'room_admin',
    body: t.Object({ room_id: t.String() }),
    reply: emptyObject,
    operation: setRoomAlias,
    input: ({ params, body }) => ({ alias: toRoomAlias(params.roomAlias), roomId: toRoomId(body.room_id) }),
    output: () => ({}),
  }),
  endpoint({
    method: 'DELETE',
    path: ROOM_ALIAS,
    auth: 'user',
    limit: 'room_admin',
    reply: emptyObject,
    operation: deleteRoomAlias,
    input: ({ params }) => ({ alias: toRoomAlias(params.roomAlias) }),
    output: () => ({}),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/rooms/:roomId/aliases',
    auth: 'user',
    limit: 'general',
    reply: t.Object({ aliases: t.Array(t.String()) }),
    operation: getLocalAliases,
    input: ({ params }) => ({ roomId: toRoomId(params.roomId) }),
    output: (aliases) => ({ aliases: [...aliases] }),
  }),
];
