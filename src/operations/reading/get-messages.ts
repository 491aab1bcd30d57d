import type { RoomEventFilter } from '../../core/filters/filter.ts';
import type { RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Work } from '../../kernel/work.ts';
import { bundledEvents } from '../../engine/events/bundled-events.ts';
import { clientEvents } from '../../engine/events/client-event.ts';
import { membersOfSenders } from '../../engine/events/lazy-members.ts';
import { newestFor, reading } from '../../engine/events/may-read.ts';
import { viewerOf } from '../../engine/events/viewer.ts';
import { visibleStretch, type Stretch } from '../../engine/events/visible-stretch.ts';
import type { StoredEvent } from '../../store/events.ts';
import type { Direction } from '../../store/timeline.ts';
import { defineRead } from '../define.ts';

interface Query {
  readonly roomId: RoomId;
  readonly direction: Direction;
  /** Positions of tokens. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly limit: number;
  readonly filter: RoomEventFilter | undefined;
}

interface Messages {
  readonly chunk: readonly JsonObject[];
  /** The members that lazy loading adds; undefined when it was not asked for. */
  readonly state: readonly JsonObject[] | undefined;
  readonly start: number;
  /** Undefined when there was nothing left to show. */
  readonly end: number | undefined;
}

/** Pages through the timeline of a room: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmessages */
export const getMessages = defineRead({
  name: 'get-messages',
  prepare(context, who, query: Query) {
    const [now, position] = [context.clock.now(), context.notifier.position];
    return context.read(function* (): Work<Messages> {
      const viewer = yield* viewerOf(who, position);
      const newest = newestFor(yield* reading(query.roomId, who.userId), position);
      const { events, next } = yield* visibleStretch(stretchOf(query, newest), query.limit, viewer, query.filter);
      const lazy = query.filter?.lazyLoadMembers === true;
      return {
        chunk: yield* bundledEvents(events, viewer, now),
        state: lazy ? yield* clientEvents(yield* membersOfSenders(events, events[0]), viewer, now) : undefined,
        start: query.from ?? (query.direction === 'b' ? newest : (events[0]?.pos ?? newest + 1) - 1),
        end: next ?? edgeOf(events, query.direction),
      };
    });
  },
});

/**
 * Where the timeline was found to end, as long as there was something to show: callers that were written before `end` could be missing
 * page until they are given nothing.
 */
function edgeOf(events: readonly StoredEvent[], direction: Direction): number | undefined {
  const last = events.at(-1);
  return last && (direction === 'b' ? last.pos - 1 : last.pos);
}

function stretchOf({ roomId, direction, from, to }: Query, newest: number): Stretch {
  const [lower, upper] = direction === 'b' ? [to, from] : [from, to];
  return { roomId, direction, after: lower ?? Number.MIN_SAFE_INTEGER, upTo: Math.min(upper ?? newest, newest) };
}
