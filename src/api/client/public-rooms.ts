import { Type as t, type Static } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { toRoomId } from '../../kernel/parse.ts';
import { getPublicRooms, type DirectoryPage } from '../../operations/directory/get-public-rooms.ts';
import { getRoomVisibility } from '../../operations/directory/get-room-visibility.ts';
import { setRoomVisibility } from '../../operations/directory/set-room-visibility.ts';
import { present } from '../present.ts';
import { publicRoom, publicRoomOf } from '../room-summary.ts';
import { emptyObject } from '../schemas.ts';

const ROOM_VISIBILITY = '/_matrix/client/v3/directory/list/room/:roomId';
const PUBLIC_ROOMS = '/_matrix/client/v3/publicRooms';

const visibility = t.Union([t.Literal('public'), t.Literal('private')]);

const publicRoomsReply = t.Object({
  chunk: t.Array(publicRoom),
  next_batch: t.Optional(t.String()),
  prev_batch: t.Optional(t.String()),
  total_room_count_estimate: t.Integer(),
});
const publicRoomsBody = t.Object({
  limit: t.Optional(t.Integer()),
  since: t.Optional(t.String()),
  filter: t.Optional(
    t.Object({
      generic_search_term: t.Optional(t.Union([t.String(), t.Null()])),
      room_types: t.Optional(t.Union([t.Array(t.Union([t.String(), t.Null()])), t.Null()])),
    }),
  ),
  include_all_networks: t.Optional(t.Boolean()),
  third_party_instance_id: t.Optional(t.Union([t.String(), t.Null()])),
});

const pageReply = (page: DirectoryPage): Static<typeof publicRoomsReply> => ({
  chunk: page.rooms.map(publicRoomOf),
  ...present('next_batch', page.nextBatch),
  ...present('prev_batch', page.prevBatch),
  total_room_count_estimate: page.total,
});

/** https://spec.matrix.org/v1.19/client-server-api/#published-room-directory */
export const PUBLIC_ROOM_DIRECTORY = [
  endpoint({
    method: 'GET',
    path: ROOM_VISIBILITY,
    auth: 'none',
    limit: 'directory',
    reply: t.Object({ visibility }),
    operation: getRoomVisibility,
    input: ({ params }) => ({ roomId: toRoomId(params.roomId) }),
    output: (visibility) => ({ visibility }),
  }),
  endpoint({
    method: 'PUT',
    path: ROOM_VISIBILITY,
    auth: 'user',
    limit: 'room_admin',
    body: t.Object({ visibility: t.Optional(visibility) }),
    bodyOptional: true,
    reply: emptyObject,
    operation: setRoomVisibility,
    input: ({ params, body }) => ({ roomId: toRoomId(params.roomId), visibility: body.visibility ?? 'public' }),
    output: () => ({}),
  }),
  endpoint({
    method: 'GET',
    path: PUBLIC_ROOMS,
    auth: 'optional',
    guests: true,
    limit: 'directory',
    query: t.Object({ limit: t.Optional(t.Integer()), since: t.Optional(t.String()), server: t.Optional(t.String()) }),
    reply: publicRoomsReply,
    operation: getPublicRooms,
    input: ({ query }) => ({ ...query, search: {} }),
    output: pageReply,
  }),
  endpoint({
    method: 'POST',
    path: PUBLIC_ROOMS,
    auth: 'user',
    guests: true,
    limit: 'directory',
    query: t.Object({ server: t.Optional(t.String()) }),
    body: publicRoomsBody,
    bodyOptional: true,
    reply: publicRoomsReply,
    operation: getPublicRooms,
    input: ({ query, body }) => ({
      limit: body.limit,
      since: body.since,
      server: query.server,
      search: { term: body.filter?.generic_search_term ?? undefined, roomTypes: body.filter?.room_types ?? undefined },
      network: body.include_all_networks === true ? undefined : (body.third_party_instance_id ?? undefined),
    }),
    output: pageReply,
  }),
];
