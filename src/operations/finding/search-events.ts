import type { RoomEventFilter } from '../../core/filters/filter.ts';
import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { searchWords } from '../../core/search-words.ts';
import { searchPhrases } from '../../core/search/search-tokens.ts';
import type { SearchKey } from '../../core/search/searchable-text.ts';
import { around } from '../../engine/events/around.ts';
import { bundledEvent, bundledEvents } from '../../engine/events/bundled-events.ts';
import { clientStateEvents } from '../../engine/events/client-state-events.ts';
import { mayRead } from '../../engine/events/may-read.ts';
import { readableState } from '../../engine/events/room-state.ts';
import { viewerOf, type Viewer } from '../../engine/events/viewer.ts';
import { findHits, type Hit } from '../../engine/search/find-hits.ts';
import { historicProfiles, type HistoricProfile } from '../../engine/search/historic-profiles.ts';
import { pageOf, type GroupKey, type Page, type Place } from '../../engine/search/pages.ts';
import type { Work } from '../../kernel/work.ts';
import type { Context } from '../context.ts';
import { defineRead } from '../define.ts';

export interface SearchRequest {
  readonly term: string;
  readonly keys: readonly SearchKey[];
  readonly filter: RoomEventFilter;
  readonly orderBy: 'rank' | 'recent';
  readonly groupBy: readonly GroupKey[];
  readonly limit: number;
  /** How many events around each result are wanted, and whether their senders' profiles are; undefined for none. */
  readonly context: { readonly before: number; readonly after: number; readonly profiles: boolean } | undefined;
  readonly includeState: boolean;
  /** Undefined for the first page. */
  readonly place: Place | undefined;
}

export interface SearchResult {
  readonly rank: number;
  readonly event: JsonObject;
  readonly context: ResultContext | undefined;
}
interface ResultContext {
  /** The nearest first. */
  readonly before: readonly JsonObject[];
  readonly after: readonly JsonObject[];
  /** Positions for tokens. */
  readonly start: number;
  readonly end: number;
  readonly profiles: ReadonlyMap<UserId, HistoricProfile> | undefined;
}
export interface SearchResults extends Pick<Page, 'groups' | 'next'> {
  readonly results: readonly SearchResult[];
  /** The words that were searched for. */
  readonly highlights: readonly string[];
  /** Of the stretches of the timeline that were looked at so far. */
  readonly count: number;
  /** The present state of the rooms of these results; undefined when it was not asked for. */
  readonly state: ReadonlyMap<RoomId, readonly JsonObject[]> | undefined;
}

/** What is looked for of a term: its first words, and of those that are written without spaces their first characters. */
const MAX_WORDS = 20;
const MAX_TOKENS = 50;
/** Characters of a term that are read at all: taken apart, some become many. */
const MAX_TERM = 10_000;

/**
 * Searches the rooms that the user is or was in: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3search
 * All words of the term must occur.
 * @param request undefined when nothing is searched that this server knows how to search
 */
export const searchEvents = defineRead({
  name: 'search-events',
  async prepare(context, who, request: SearchRequest | undefined): Promise<SearchResults | undefined> {
    if (request === undefined) return undefined;
    const { position } = context.notifier;
    const place = request.place ?? { upTo: position, offset: 0, seen: 0 };
    const term = request.term.slice(0, MAX_TERM);
    const phrases = searchPhrases(term)
      .slice(0, MAX_WORDS)
      .map((phrase) => phrase.slice(0, MAX_TOKENS));
    await context.searchIndex.catchUp(position);
    const viewer = await context.read(() => viewerOf(who, position));
    const found =
      phrases.length === 0
        ? { hits: [], next: undefined }
        : await context.read(() => findHits({ ...request, phrases }, Math.min(place.upTo, position), viewer));
    const page = pageOf(found, { ...request, place });
    const now = context.clock.now();
    const results: SearchResult[] = [];
    for (const hit of page.hits) results.push(await context.read(() => resultOf(hit, request.context, { viewer, now, position })));
    return {
      results,
      highlights: [...new Set(searchWords(term))].slice(0, MAX_WORDS),
      count: place.seen + found.hits.length,
      groups: page.groups,
      next: page.next,
      state: request.includeState ? await statesOf(page.hits, viewer, position, context) : undefined,
    };
  },
});

interface Reading {
  readonly viewer: Viewer;
  readonly now: number;
  readonly position: number;
}

function* resultOf({ stored, rank }: Hit, wanted: SearchRequest['context'], reading: Reading): Work<SearchResult> {
  const { viewer, now, position } = reading;
  const event = yield* bundledEvent(stored, viewer, now);
  if (wanted === undefined) return { rank, event, context: undefined };
  const { before, after, start, end } = yield* around(stored, { ...wanted, position }, viewer);
  const senders = new Set([...before, stored, ...after].map((one) => one.event.sender));
  return {
    rank,
    event,
    context: {
      before: yield* bundledEvents(before, viewer, now),
      after: yield* bundledEvents(after, viewer, now),
      start,
      end,
      profiles: wanted.profiles ? yield* historicProfiles(stored, [...senders]) : undefined,
    },
  };
}

async function statesOf(
  hits: readonly Hit[],
  viewer: Viewer,
  position: number,
  context: Context,
): Promise<ReadonlyMap<RoomId, readonly JsonObject[]>> {
  const states = new Map<RoomId, readonly JsonObject[]>();
  for (const roomId of new Set(hits.map(({ stored }) => stored.event.roomId))) {
    const entries = await context.read(function* () {
      const reading = yield* mayRead(roomId, viewer.userId);
      return reading === undefined ? [] : yield* readableState(roomId, reading, position);
    });
    const ids = entries.map(({ eventId }) => eventId);
    states.set(roomId, await clientStateEvents(context, ids, viewer, context.clock.now()));
  }
  return states;
}
