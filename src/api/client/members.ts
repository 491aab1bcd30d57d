import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { toRoomId } from '../../kernel/parse.ts';
import { parsePosition } from '../../kernel/position-token.ts';
import { WrittenJson } from '../../kernel/written-json.ts';
import { getJoinedMembers } from '../../operations/reading/get-joined-members.ts';
import { getMembers } from '../../operations/reading/get-members.ts';
import { clientEventList } from '../schemas.ts';

const membership = t.Union(['join', 'invite', 'knock', 'leave', 'ban'].map((name) => t.Literal(name)));

/** https://spec.matrix.org/v1.19/client-server-api/#getting-events-for-a-room */
export const MEMBERS = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/rooms/:roomId/members',
    auth: 'user',
    guests: true,
    limit: 'general',
    query: t.Object({ at: t.Optional(t.String()), membership: t.Optional(membership), not_membership: t.Optional(membership) }),
    reply: t.Object({ chunk: clientEventList }),
    operation: getMembers,
    input: ({ params, query }) => ({
      roomId: toRoomId(params.roomId),
      at: query.at === undefined ? undefined : parsePosition(query.at),
      membership: query.membership,
      notMembership: query.not_membership,
    }),
    output: (members) => new WrittenJson(['{"chunk":', ...members.pieces, '}']),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/rooms/:roomId/joined_members',
    auth: 'user',
    limit: 'general',
    reply: t.Object({
      joined: t.Record(t.String(), t.Object({ display_name: t.Optional(t.String()), avatar_url: t.Optional(t.String()) })),
    }),
    operation: getJoinedMembers,
    input: ({ params }) => ({ roomId: toRoomId(params.roomId) }),
    output: (members) => ({
      joined: Object.fromEntries(
        members.map(({ userId, displayName, avatarUrl }) => [
          userId,
          { ...(displayName !== null && { display_name: displayName }), ...(avatarUrl !== null && { avatar_url: avatarUrl }) },
        ]),
      ),
    }),
  }),
];
