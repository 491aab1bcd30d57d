import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { getRoomSummary } from '../../operations/finding/get-room-summary.ts';
import { present } from '../present.ts';
import { roomSummary, roomSummaryOf } from '../room-summary.ts';

const facts = {
  method: 'GET',
  auth: 'optional',
  guests: true,
  limit: 'directory',
  operation: getRoomSummary,
  input: ({ params }: { readonly params: { readonly roomIdOrAlias: string } }) => ({ roomIdOrAlias: params.roomIdOrAlias }),
} as const;

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1room_summaryroomidoralias */
export const ROOM_SUMMARY = [
  endpoint({
    ...facts,
    path: '/_matrix/client/v1/room_summary/:roomIdOrAlias',
    reply: t.Object({ ...roomSummary.properties, membership: t.Optional(t.String()) }),
    output: (preview) => ({ ...roomSummaryOf(preview), ...present('membership', preview.membership) }),
  }),
  // As it was before it was specified: clients still ask for it there, and by these names.
  endpoint({
    ...facts,
    path: '/_matrix/client/unstable/im.nheko.summary/summary/:roomIdOrAlias',
    aliases: ['/_matrix/client/unstable/im.nheko.summary/rooms/:roomIdOrAlias/summary'],
    reply: t.Object({
      ...roomSummary.properties,
      membership: t.Optional(t.String()),
      'im.nheko.summary.room_version': t.String(),
      'im.nheko.summary.encryption': t.Optional(t.String()),
    }),
    output: (preview) => ({
      ...roomSummaryOf(preview),
      ...present('membership', preview.membership),
      'im.nheko.summary.room_version': preview.room.version.id,
      ...present('im.nheko.summary.encryption', preview.summary.encryption),
    }),
  }),
];
