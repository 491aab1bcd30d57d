import { Type as t } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { invalidParam } from '../../kernel/errors.ts';
import { toRoomId } from '../../kernel/parse.ts';
import { getSpaceHierarchy } from '../../operations/finding/get-space-hierarchy.ts';
import { roomSummary, roomSummaryOf } from '../room-summary.ts';
import { anyObject } from '../schemas.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;
const MAX_DEPTH = 50;
const TOKEN = /^h(\d{1,6})-(\d{1,3})-([01])$/;

interface Walk {
  readonly skip: number;
  readonly maxDepth: number;
  readonly suggestedOnly: boolean;
}

/** A page's token names the walk that it goes on with, since that may not change on the way. */
const writeToken = ({ skip, maxDepth, suggestedOnly }: Walk): string => `h${skip}-${maxDepth}-${Number(suggestedOnly)}`;

/** @throws M_INVALID_PARAM */
function skipOf(token: string, walk: Omit<Walk, 'skip'>): number {
  const skip = Number(TOKEN.exec(token)?.[1] ?? Number.NaN);
  if (Number.isNaN(skip)) throw invalidParam('This "from" is not a token that this server gave for the hierarchy of a space');
  if (token !== writeToken({ ...walk, skip })) throw invalidParam('"max_depth" and "suggested_only" cannot change from one page to the next');
  return skip;
}

/** https://spec.matrix.org/v1.19/client-server-api/#discovering-rooms-within-spaces */
export const SPACES = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v1/rooms/:roomId/hierarchy',
    auth: 'user',
    limit: 'directory',
    query: t.Object({
      suggested_only: t.Optional(t.Boolean()),
      limit: t.Optional(t.Integer({ minimum: 1 })),
      max_depth: t.Optional(t.Integer({ minimum: 0 })),
      from: t.Optional(t.String()),
    }),
    reply: t.Object({
      rooms: t.Array(
        t.Object({
          ...roomSummary.properties,
          children_state: t.Array(
            t.Object({ type: t.String(), state_key: t.String(), sender: t.String(), content: anyObject, origin_server_ts: t.Integer() }),
          ),
        }),
      ),
      next_batch: t.Optional(t.String()),
    }),
    operation: getSpaceHierarchy,
    input: ({ params, query }) => {
      const walk = { maxDepth: Math.min(query.max_depth ?? MAX_DEPTH, MAX_DEPTH), suggestedOnly: query.suggested_only ?? false };
      const skip = query.from === undefined ? 0 : skipOf(query.from, walk);
      return { ...walk, skip, roomId: toRoomId(params.roomId), limit: Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT) };
    },
    output: ({ rooms, next }) => ({
      rooms: rooms.map(({ preview, children }) => ({
        ...roomSummaryOf(preview),
        children_state: children.map(({ type, stateKey, sender, content, originServerTs }) => ({
          type,
          state_key: stateKey,
          sender,
          content,
          origin_server_ts: originServerTs,
        })),
      })),
      ...(next !== undefined && { next_batch: writeToken(next) }),
    }),
  }),
];
