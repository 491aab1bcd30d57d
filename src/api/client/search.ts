import { Type as t } from '@sinclair/typebox';
import { parseRoomEventFilter } from '../../core/filters/parse-filter.ts';
import type { JsonValue } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { formatPosition } from '../../kernel/position-token.ts';
import type { Infer } from '../../kernel/schema.ts';
import { searchEvents, type SearchRequest, type SearchResult, type SearchResults } from '../../operations/finding/search-events.ts';
import { present } from '../present.ts';
import { anyObject, clientEvent, clientEventList } from '../schemas.ts';
import { readSearchToken, writeSearchToken } from './search-token.ts';

const MAX_LIMIT = 50;
const DEFAULT_AROUND = 5;
const MAX_AROUND = 25;

const KEYS = { 'content.body': 'body', 'content.name': 'name', 'content.topic': 'topic' } as const;
const key = t.Union([t.Literal('content.body'), t.Literal('content.name'), t.Literal('content.topic')]);
const groupKey = t.Union([t.Literal('room_id'), t.Literal('sender')]);
const limit = t.Optional(t.Integer({ minimum: 0 }));

const criteria = t.Object({
  search_term: t.String(),
  keys: t.Optional(t.Array(key)),
  filter: t.Optional(t.Unsafe<JsonValue>(anyObject)),
  order_by: t.Optional(t.Union([t.Literal('rank'), t.Literal('recent')])),
  event_context: t.Optional(t.Object({ before_limit: limit, after_limit: limit, include_profile: t.Optional(t.Boolean()) })),
  include_state: t.Optional(t.Boolean()),
  groupings: t.Optional(t.Object({ group_by: t.Optional(t.Array(t.Object({ key: groupKey }))) })),
});

const resultContext = t.Object({
  start: t.String(),
  end: t.String(),
  events_before: clientEventList,
  events_after: clientEventList,
  profile_info: t.Optional(t.Record(t.String(), t.Object({ displayname: t.Optional(t.String()), avatar_url: t.Optional(t.String()) }))),
});
const found = t.Object({
  count: t.Integer(),
  highlights: t.Array(t.String()),
  results: t.Array(t.Object({ rank: t.Number(), result: clientEvent, context: t.Optional(resultContext) })),
  state: t.Optional(t.Record(t.String(), clientEventList)),
  groups: t.Optional(
    t.Record(t.String(), t.Record(t.String(), t.Object({ next_batch: t.Optional(t.String()), order: t.Integer(), results: t.Array(t.String()) }))),
  ),
  next_batch: t.Optional(t.String()),
});

function searchInput(wanted: Infer<typeof criteria>, token: string | undefined): SearchRequest {
  const around = wanted.event_context;
  const filter = parseRoomEventFilter(wanted.filter ?? {});
  const keys = [...new Set(wanted.keys ?? [])];
  return {
    term: wanted.search_term,
    keys: keys.length === 0 ? Object.values(KEYS) : keys.map((name) => KEYS[name]),
    filter,
    orderBy: wanted.order_by ?? 'rank',
    groupBy: [...new Set((wanted.groupings?.group_by ?? []).map((group) => group.key))],
    limit: Math.min(filter.limit, MAX_LIMIT),
    context: around && {
      before: Math.min(around.before_limit ?? DEFAULT_AROUND, MAX_AROUND),
      after: Math.min(around.after_limit ?? DEFAULT_AROUND, MAX_AROUND),
      profiles: around.include_profile ?? false,
    },
    includeState: wanted.include_state ?? false,
    place: token === undefined ? undefined : readSearchToken(token),
  };
}

const contextOf = (around: NonNullable<SearchResult['context']>): Infer<typeof resultContext> => ({
  start: formatPosition(around.start),
  end: formatPosition(around.end),
  events_before: around.before,
  events_after: around.after,
  ...(around.profiles !== undefined && {
    profile_info: Object.fromEntries(
      [...around.profiles].map(([userId, profile]) => [
        userId,
        { ...present('displayname', profile.displayname), ...present('avatar_url', profile.avatarUrl) },
      ]),
    ),
  }),
});

const groupsOf = (groups: SearchResults['groups']): NonNullable<Infer<typeof found>['groups']> =>
  Object.fromEntries(
    [...groups].map(([name, members]) => [
      name,
      Object.fromEntries(
        members.map(({ value, hits, next }, index) => [
          value,
          {
            order: index + 1,
            results: hits.map(({ stored }) => stored.event.eventId),
            ...(next !== undefined && { next_batch: writeSearchToken(next) }),
          },
        ]),
      ),
    ]),
  );

/** https://spec.matrix.org/v1.19/client-server-api/#server-side-search */
export const SEARCH = [
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/search',
    auth: 'user',
    limit: 'directory',
    query: t.Object({ next_batch: t.Optional(t.String()) }),
    body: t.Object({ search_categories: t.Object({ room_events: t.Optional(criteria) }) }),
    reply: t.Object({ search_categories: t.Object({ room_events: t.Optional(found) }) }),
    operation: searchEvents,
    input: ({ query, body }) => {
      const { room_events: wanted } = body.search_categories;
      return wanted && searchInput(wanted, query.next_batch);
    },
    output: (results) => ({
      search_categories: {
        ...(results !== undefined && {
          room_events: {
            count: results.count,
            highlights: [...results.highlights],
            results: results.results.map(({ rank, event, context }) => ({
              rank,
              result: event,
              ...(context !== undefined && { context: contextOf(context) }),
            })),
            ...(results.state !== undefined && { state: Object.fromEntries(results.state) }),
            ...(results.groups.size > 0 && { groups: groupsOf(results.groups) }),
            ...(results.next !== undefined && { next_batch: writeSearchToken(results.next) }),
          },
        }),
      },
    }),
  }),
];
