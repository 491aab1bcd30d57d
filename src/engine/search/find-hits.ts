import type { RoomEventFilter } from '../../core/filters/filter.ts';
import { includesRoom } from '../../core/filters/matches-event.ts';
import { relevance } from '../../core/search/relevance.ts';
import { searchableText, type SearchKey } from '../../core/search/searchable-text.ts';
import type { Work } from '../../kernel/work.ts';
import * as eventSearch from '../../store/event-search.ts';
import type { StoredEvent } from '../../store/events.ts';
import type { Viewer } from '../events/viewer.ts';
import { collectVisible } from '../events/visible-stretch.ts';

export interface Search {
  readonly phrases: readonly (readonly string[])[];
  readonly keys: readonly SearchKey[];
  readonly filter: RoomEventFilter;
}

export interface Hit {
  readonly stored: StoredEvent;
  /** How well it fits; higher is better. */
  readonly rank: number;
}

export interface Hits {
  /** Newest first. */
  readonly hits: readonly Hit[];
  /** The position from which to look for older ones; undefined when there are none. */
  readonly next: number | undefined;
}

/** How many hits are looked at for one request. */
const MAX_HITS = 500;

/**
 * The newest events up to a position that have the words and that the viewer may see, in rooms that they are or were in. What came
 * after they left a room is not among them, not even where everybody may read it.
 */
export function* findHits({ phrases, keys, filter }: Search, upTo: number, viewer: Viewer): Work<Hits> {
  const rooms = (yield* eventSearch.searchedRooms(viewer.userId)).filter(({ roomId }) => includesRoom(filter, roomId));
  const leftAt = new Map(rooms.map(({ roomId, leftPos }) => [roomId, leftPos ?? Infinity]));
  const query = { phrases, keys, roomIds: [...leftAt.keys()] };
  const range = { direction: 'b', after: Number.MIN_SAFE_INTEGER, upTo } as const;
  const read = (after: number, newest: number, limit: number): Work<readonly StoredEvent[]> => eventSearch.page(query, after, newest, limit);
  const { events, next } = yield* collectVisible(read, range, MAX_HITS, viewer, filter);
  const known = events.filter(({ event, pos }) => pos < (leftAt.get(event.roomId) ?? 0));
  // The viewer may see less of an event than is stored; what they do not see is no hit.
  const hits = known.map((stored) => ({ stored, rank: relevance(searchableText(stored.event)?.text ?? '', phrases) }));
  return { hits: hits.filter(({ rank }) => rank > 0), next };
}
