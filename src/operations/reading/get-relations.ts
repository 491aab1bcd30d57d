import type { EventId, RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { bundledEvents } from '../../engine/events/bundled-events.ts';
import { findVisible } from '../../engine/events/find-visible.ts';
import { newestShownTo } from '../../engine/events/may-read.ts';
import { viewerOf } from '../../engine/events/viewer.ts';
import { collectVisible, type ReadPage } from '../../engine/events/visible-stretch.ts';
import type { Work } from '../../kernel/work.ts';
import * as children from '../../store/children.ts';
import type { Direction } from '../../store/timeline.ts';
import { defineRead } from '../define.ts';

interface Query {
  readonly roomId: RoomId;
  readonly eventId: EventId;
  readonly relType: string | undefined;
  readonly eventType: string | undefined;
  readonly direction: Direction;
  /** Positions of tokens. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly limit: number;
  /** Whether events that relate to related events are wanted as well. */
  readonly recurse: boolean;
}

interface Relations {
  readonly chunk: readonly JsonObject[];
  readonly nextBatch: number | undefined;
  readonly prevBatch: number | undefined;
  /** How many relations were followed; undefined when that was not asked for. */
  readonly recursionDepth: number | undefined;
}

/** The specification asks for at least 3. */
const MAX_DEPTH = 3;

/** The events that relate to one: https://spec.matrix.org/v1.19/client-server-api/#relationships-api */
export const getRelations = defineRead({
  name: 'get-relations',
  prepare(context, who, query: Query) {
    const [now, position] = [context.clock.now(), context.notifier.position];
    return context.read(function* (): Work<Relations> {
      const viewer = yield* viewerOf(who, position);
      const { roomId, relType, eventType, direction, from, to } = query;
      const parent = yield* findVisible(roomId, query.eventId, viewer);
      const depth = query.recurse ? MAX_DEPTH : 1;
      const wanted = { roomId, parentId: parent.event.eventId, viewer: who.userId, relType, eventType, depth, direction };
      const [lower, upper] = direction === 'b' ? [to, from] : [from, to];
      const newest = yield* newestShownTo(who.userId, roomId, position);
      const range = { direction, after: lower ?? Number.MIN_SAFE_INTEGER, upTo: Math.min(upper ?? newest, newest) };
      const read: ReadPage = (after, upTo, limit) => children.page(wanted, after, upTo, limit);
      const { events, next } = yield* collectVisible(read, range, query.limit, viewer);
      return {
        chunk: yield* bundledEvents(events, viewer, now),
        nextBatch: next,
        prevBatch: from,
        recursionDepth: query.recurse ? MAX_DEPTH : undefined,
      };
    });
  },
});
