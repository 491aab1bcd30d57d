import { Type as t } from '@sinclair/typebox';
import type { Infer } from '../../kernel/schema.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { toEventId, toRoomId } from '../../kernel/parse.ts';
import { formatPosition, parsePosition } from '../../kernel/position-token.ts';
import { getRelations } from '../../operations/reading/get-relations.ts';
import { getThreads } from '../../operations/reading/get-threads.ts';
import { clientEventList, direction } from '../schemas.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

const limit = t.Optional(t.Integer({ minimum: 1 }));
const relationsQuery = t.Object({
  from: t.Optional(t.String()),
  to: t.Optional(t.String()),
  limit,
  dir: t.Optional(direction),
  recurse: t.Optional(t.Boolean()),
});
const relationsReply = t.Object({
  chunk: clientEventList,
  next_batch: t.Optional(t.String()),
  prev_batch: t.Optional(t.String()),
  recursion_depth: t.Optional(t.Integer()),
});

interface Children {
  readonly params: { readonly roomId: string; readonly eventId: string; readonly relType?: string; readonly eventType?: string };
  readonly query: Infer<typeof relationsQuery>;
}

const relationsInput = ({ params, query }: Children): Parameters<typeof getRelations.prepare>[2] => ({
  roomId: toRoomId(params.roomId),
  eventId: toEventId(params.eventId),
  relType: params.relType,
  eventType: params.eventType,
  direction: query.dir ?? 'b',
  from: query.from === undefined ? undefined : parsePosition(query.from),
  to: query.to === undefined ? undefined : parsePosition(query.to),
  limit: Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT),
  recurse: query.recurse ?? false,
});

const relationsOutput = ({
  chunk,
  nextBatch,
  prevBatch,
  recursionDepth,
}: Awaited<ReturnType<typeof getRelations.prepare>>): Infer<typeof relationsReply> => ({
  chunk,
  ...(nextBatch !== undefined && { next_batch: formatPosition(nextBatch) }),
  ...(prevBatch !== undefined && { prev_batch: formatPosition(prevBatch) }),
  ...(recursionDepth !== undefined && { recursion_depth: recursionDepth }),
});

/** What the three endpoints for the children of an event have in common. */
const children = {
  method: 'GET',
  auth: 'user',
  limit: 'general',
  query: relationsQuery,
  reply: relationsReply,
  operation: getRelations,
  input: relationsInput,
  output: relationsOutput,
} as const;

/** https://spec.matrix.org/v1.19/client-server-api/#relationships-api, https://spec.matrix.org/v1.19/client-server-api/#querying-threads-in-a-room */
export const RELATIONS = [
  endpoint({ ...children, path: '/_matrix/client/v1/rooms/:roomId/relations/:eventId' }),
  endpoint({ ...children, path: '/_matrix/client/v1/rooms/:roomId/relations/:eventId/:relType' }),
  endpoint({ ...children, path: '/_matrix/client/v1/rooms/:roomId/relations/:eventId/:relType/:eventType' }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v1/rooms/:roomId/threads',
    auth: 'user',
    limit: 'general',
    query: t.Object({ include: t.Optional(t.Union([t.Literal('all'), t.Literal('participated')])), limit, from: t.Optional(t.String()) }),
    reply: t.Object({ chunk: clientEventList, next_batch: t.Optional(t.String()) }),
    operation: getThreads,
    input: ({ params, query }) => ({
      roomId: toRoomId(params.roomId),
      include: query.include ?? 'all',
      from: query.from === undefined ? undefined : parsePosition(query.from),
      limit: Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT),
    }),
    output: ({ chunk, nextBatch }) => ({ chunk, ...(nextBatch !== undefined && { next_batch: formatPosition(nextBatch) }) }),
  }),
];
