import type { RoomEventFilter } from '../../core/filters/filter.ts';
import { matchesRoomEvent } from '../../core/filters/matches-event.ts';
import type { Work } from '../../kernel/work.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as relations from '../../store/relations.ts';
import * as timeline from '../../store/timeline.ts';
import type { Viewer } from './viewer.ts';
import { visibleEvents } from './visibility.ts';

/** How many events of the timeline one request may look at before it hands back what it has, with a token to go on. */
const MAX_SCANNED = 1000;
/** How many are read at a time once the first ones did not suffice. */
const PAGE = 100;

export interface VisibleStretch {
  readonly events: readonly StoredEvent[];
  /** The position (as in tokens) from which to go on; undefined when the stretch is used up. */
  readonly next: number | undefined;
}

/**
 * The first events of a stretch of timeline that a user may see and that a filter lets through.
 * @param limit how many at most; fewer do not mean that there are no more
 */
export function* visibleStretch(stretch: Stretch, limit: number, viewer: Viewer, filter?: RoomEventFilter): Work<VisibleStretch> {
  const only = filter === undefined ? {} : onlyOf(filter);
  const backwards = stretch.direction === 'b';
  const found: StoredEvent[] = [];
  let { after, upTo } = stretch;
  let ask = limit + 1;
  for (let scanned = 0; ; ask = PAGE) {
    const page = yield* timeline.page({ ...stretch, viewer: viewer.userId, after, upTo, only }, ask);
    found.push(...(yield* wanted(yield* visibleEvents(page, viewer), filter)));
    const beyond = found[limit];
    if (beyond !== undefined) return { events: found.slice(0, limit), next: backwards ? beyond.pos : beyond.pos - 1 };
    const last = page.at(-1);
    if (last === undefined || page.length < ask) return { events: found, next: undefined };
    if (backwards) upTo = last.pos - 1;
    else after = last.pos;
    scanned += page.length;
    if (scanned >= MAX_SCANNED) return { events: found, next: backwards ? upTo : after };
  }
}

export type Stretch = Omit<timeline.Stretch, 'viewer' | 'only'>;

function onlyOf({ types, senders }: RoomEventFilter): timeline.Only {
  const patterns = types.include?.patterns;
  return {
    types: patterns?.some((pattern) => pattern.includes('*')) === true ? undefined : patterns,
    senders: senders.include && [...senders.include],
  };
}

function* wanted(stored: readonly StoredEvent[], filter: RoomEventFilter | undefined): Work<readonly StoredEvent[]> {
  if (filter === undefined) return stored;
  const matching = stored.filter(({ event }) => matchesRoomEvent(filter, event));
  const { relatedByRelTypes, relatedBySenders } = filter;
  if (matching.length === 0 || (relatedByRelTypes === undefined && relatedBySenders === undefined)) return matching;
  const ids = matching.map(({ event }) => event.eventId);
  const parents = yield* relations.parentsAmong(ids, relatedByRelTypes, relatedBySenders && [...relatedBySenders]);
  return matching.filter(({ event }) => parents.has(event.eventId));
}
