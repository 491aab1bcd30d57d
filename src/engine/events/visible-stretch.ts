import type { RoomEventFilter } from '../../core/filters/filter.ts';
import { matchesRoomEvent } from '../../core/filters/matches-event.ts';
import type { RoomId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as relations from '../../store/relations.ts';
import * as timeline from '../../store/timeline.ts';
import type { Direction } from '../../store/timeline.ts';
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

/** Reads events after one position, up to another, the nearest first; at most `limit`. */
export type ReadPage = (after: number, upTo: number, limit: number) => Work<readonly StoredEvent[]>;

/** Where to look for events, and in which direction. */
export interface Range {
  readonly direction: Direction;
  /** Events after this position… */
  readonly after: number;
  /** …up to this one. */
  readonly upTo: number;
}

/**
 * Collects the first events of some source that a user may see and that a filter lets through.
 * @param limit how many at most; fewer do not mean that there are no more
 */
export function* collectVisible(read: ReadPage, range: Range, limit: number, viewer: Viewer, filter?: RoomEventFilter): Work<VisibleStretch> {
  const backwards = range.direction === 'b';
  const found: StoredEvent[] = [];
  let { after, upTo } = range;
  let ask = limit + 1;
  for (let scanned = 0; ; ask = PAGE) {
    const page = yield* read(after, upTo, ask);
    found.push(...(yield* wanted(yield* visibleEvents(page, viewer), viewer, filter)));
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

/** A stretch of the timeline of a room. */
export interface Stretch extends Range {
  readonly roomId: RoomId;
}

/** The same from the timeline of a room. */
export function* visibleStretch(stretch: Stretch, limit: number, viewer: Viewer, filter?: RoomEventFilter): Work<VisibleStretch> {
  const { roomId, direction } = stretch;
  const fixed = { roomId, direction, viewer: viewer.userId, only: filter === undefined ? {} : onlyOf(filter) };
  const read: ReadPage = (after, upTo, ask) => timeline.page({ ...fixed, after, upTo }, ask);
  return yield* collectVisible(read, stretch, limit, viewer, filter);
}

function onlyOf({ types, senders }: RoomEventFilter): timeline.Only {
  const patterns = types.include?.patterns;
  return {
    types: patterns?.some((pattern) => pattern.includes('*')) === true ? undefined : patterns,
    senders: senders.include && [...senders.include],
  };
}

function* wanted(stored: readonly StoredEvent[], { ignored, newest }: Viewer, filter: RoomEventFilter | undefined): Work<readonly StoredEvent[]> {
  if (filter === undefined) return stored;
  const matching = stored.filter(({ event }) => matchesRoomEvent(filter, event));
  const { relatedByRelTypes, relatedBySenders } = filter;
  if (matching.length === 0 || (relatedByRelTypes === undefined && relatedBySenders === undefined)) return matching;
  const ids = matching.map(({ event }) => event.eventId);
  const senders = relatedBySenders && [...relatedBySenders];
  const parents = yield* relations.parentsAmong(ids, { relTypes: relatedByRelTypes, senders, ignored: [...(ignored ?? [])], newest });
  return matching.filter(({ event }) => parents.has(event.eventId));
}
