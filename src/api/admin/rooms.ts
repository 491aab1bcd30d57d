import { Type as t, type Static } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { toRoomId, toUserId } from '../../kernel/parse.ts';
import { deleteRoom } from '../../operations/room-deletions/delete-room.ts';
import { getRoomDeletions, type DeletionStatus } from '../../operations/room-deletions/get-room-deletions.ts';

const roomOrNull = t.Union([t.String(), t.Null()]);
const shutdown = t.Object({
  kicked_users: t.Array(t.String()),
  failed_to_kick_users: t.Array(t.String()),
  local_aliases: t.Array(t.String()),
  new_room_id: roomOrNull,
});
const status = t.Object({
  delete_id: t.String(),
  room_id: t.String(),
  status: t.String(),
  error: t.Optional(t.String()),
  shutdown_room: shutdown,
});
const deletion = t.Object({
  new_room_user_id: t.Optional(t.String()),
  room_name: t.Optional(t.String()),
  message: t.Optional(t.String()),
  block: t.Optional(t.Boolean()),
  purge: t.Optional(t.Boolean()),
  force_purge: t.Optional(t.Boolean()),
});

/** What the new room is called, and what is said there, unless the administrator says otherwise. */
const NAME = 'The room was closed';
const MESSAGE = 'The room that you were in was closed by the administrators of this server.';

const deleting = {
  method: 'DELETE',
  auth: 'admin',
  limit: 'general',
  body: deletion,
  bodyOptional: true,
  operation: deleteRoom,
  input: ({ params, body }: { params: { roomId: string }; body: Static<typeof deletion> }) => ({
    roomId: toRoomId(params.roomId),
    newRoomUserId: body.new_room_user_id === undefined ? undefined : toUserId(body.new_room_user_id),
    newRoomName: body.room_name ?? NAME,
    message: body.message ?? MESSAGE,
    block: body.block ?? false,
    purge: body.purge ?? true,
    forcePurge: body.force_purge ?? false,
  }),
} as const;

function statusOf({ deleteId, roomId, status: state, error, members, failures, aliases, newRoomId }: DeletionStatus): Static<typeof status> {
  return {
    delete_id: deleteId,
    room_id: roomId,
    status: state,
    ...(error !== undefined && { error }),
    shutdown_room: {
      kicked_users: members.filter((userId) => !failures.includes(userId)),
      failed_to_kick_users: [...failures],
      local_aliases: [...aliases],
      new_room_id: newRoomId ?? null,
    },
  };
}

/** Deleting rooms, as tools for Synapse do it. */
export const ADMIN_ROOMS = [
  endpoint({
    ...deleting,
    path: '/_synapse/admin/v1/rooms/:roomId',
    reply: shutdown,
    // Who leaves does so right after the reply.
    output: ({ members, aliases, newRoomId }) => ({
      kicked_users: [...members],
      failed_to_kick_users: [],
      local_aliases: [...aliases],
      new_room_id: newRoomId ?? null,
    }),
  }),
  endpoint({
    ...deleting,
    path: '/_synapse/admin/v2/rooms/:roomId',
    reply: t.Object({ delete_id: t.String() }),
    output: ({ deleteId }) => ({ delete_id: deleteId }),
  }),
  endpoint({
    method: 'GET',
    path: '/_synapse/admin/v2/rooms/:roomId/delete_status',
    auth: 'admin',
    limit: 'general',
    reply: t.Object({ results: t.Array(status) }),
    operation: getRoomDeletions,
    input: ({ params }) => ({ roomId: toRoomId(params.roomId) }),
    output: (all) => ({ results: all.map(statusOf) }),
  }),
  endpoint({
    method: 'GET',
    path: '/_synapse/admin/v2/rooms/delete_status/:deleteId',
    auth: 'admin',
    limit: 'general',
    reply: status,
    operation: getRoomDeletions,
    input: ({ params }) => ({ deleteId: params.deleteId }),
    output: ([only]) => {
      if (only === undefined) throw new Error('A deletion was found, but is not there');
      return statusOf(only);
    },
  }),
];
