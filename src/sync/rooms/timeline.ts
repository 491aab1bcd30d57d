import { includesRoom } from '../../core/filters/matches-event.ts';
import type { RoomEventFilter } from '../../core/filters/filter.ts';
import type { RoomId } from '../../core/identifiers.ts';
import { visibleStretch } from '../../engine/events/visible-stretch.ts';
import type { Viewer } from '../../engine/events/viewer.ts';
import type { Work } from '../../kernel/work.ts';
import type { StoredEvent } from '../../store/events.ts';

/** The part of a room's timeline that a sync is about. */
interface Span {
  readonly after: number;
  readonly upTo: number;
}

/** The newest events of a room that a client is told. */
export interface RoomTimeline {
  /** Oldest first. */
  readonly events: readonly StoredEvent[];
  /** True when there may be more in the span, before `start`. */
  readonly limited: boolean;
  /** The position directly before the first event. */
  readonly start: number;
}

/** The newest events of a span that the viewer may see and the filter wants, at most as many as the filter's limit. */
export function* timelineOf(roomId: RoomId, { after, upTo }: Span, viewer: Viewer, filter: RoomEventFilter): Work<RoomTimeline> {
  if (!includesRoom(filter, roomId) || wantsNothing(filter)) return { events: [], limited: false, start: upTo };
  const { events, next } = yield* visibleStretch({ roomId, after, upTo, direction: 'b' }, filter.limit, viewer, filter);
  return { events: events.toReversed(), limited: next !== undefined, start: next ?? after };
}

/** Clients say so when they want no timeline at all. */
const wantsNothing = ({ types, senders }: RoomEventFilter): boolean =>
  types.include?.patterns.length === 0 || senders.include?.size === 0 || (types.exclude?.patterns.includes('*') ?? false);
