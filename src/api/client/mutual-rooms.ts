import { Type as t } from '@sinclair/typebox';
import { isRoomId, type RoomId } from '../../core/identifiers.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { invalidParam } from '../../kernel/errors.ts';
import { toUserId } from '../../kernel/parse.ts';
import { getMutualRooms } from '../../operations/finding/get-mutual-rooms.ts';

/** Tokens are opaque identifiers, which have fewer characters than room ids. */
const writeToken = (roomId: RoomId): string => Buffer.from(roomId).toString('base64url');

/** @throws M_INVALID_PARAM */
function readToken(token: string): RoomId {
  const roomId = Buffer.from(token, 'base64url').toString();
  if (!isRoomId(roomId)) throw invalidParam(`${token} is not a token that this server gave for mutual rooms`);
  return roomId;
}

const wish = (userId: string, token: string | undefined) => ({ userId: toUserId(userId), after: token === undefined ? undefined : readToken(token) });

/** https://spec.matrix.org/v1.19/client-server-api/#mutual-rooms */
export const MUTUAL_ROOMS = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v1/mutual_rooms',
    auth: 'user',
    limit: 'directory',
    query: t.Object({ user_id: t.String(), from: t.Optional(t.String()) }),
    reply: t.Object({ joined: t.Array(t.String()), count: t.Integer(), next_batch: t.Optional(t.String()) }),
    operation: getMutualRooms,
    input: ({ query }) => wish(query.user_id, query.from),
    output: ({ joined, count, next }) => ({ joined: [...joined], count, ...(next !== undefined && { next_batch: writeToken(next) }) }),
  }),
  // What clients ask for as long as it is not in the specification that they were written for: tokens have other names.
  endpoint({
    method: 'GET',
    path: '/_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms',
    auth: 'user',
    limit: 'directory',
    query: t.Object({ user_id: t.String(), batch_token: t.Optional(t.String()) }),
    reply: t.Object({ joined: t.Array(t.String()), count: t.Integer(), next_batch_token: t.Optional(t.String()) }),
    operation: getMutualRooms,
    input: ({ query }) => wish(query.user_id, query.batch_token),
    output: ({ joined, count, next }) => ({ joined: [...joined], count, ...(next !== undefined && { next_batch_token: writeToken(next) }) }),
  }),
];
