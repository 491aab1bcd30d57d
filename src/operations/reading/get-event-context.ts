import { matchesRoomEvent } from '../../core/filters/matches-event.ts';
import type { RoomEventFilter } from '../../core/filters/filter.ts';
import { parseStateKey, type StateMap } from '../../core/event.ts';
import type { EventId, RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { around } from '../../engine/events/around.ts';
import { bundledEvent, bundledEvents } from '../../engine/events/bundled-events.ts';
import { clientStateEvents } from '../../engine/events/client-state-events.ts';
import { findVisible } from '../../engine/events/find-visible.ts';
import { stateAfter } from '../../engine/events/room-state.ts';
import { viewerOf } from '../../engine/events/viewer.ts';
import type { Work } from '../../kernel/work.ts';
import type { StoredEvent } from '../../store/events.ts';
import { defineRead } from '../define.ts';

interface Query {
  readonly roomId: RoomId;
  readonly eventId: EventId;
  /** For the events before and after together. */
  readonly limit: number;
  readonly filter: RoomEventFilter | undefined;
}

export interface EventContext {
  readonly event: JsonObject;
  /** The nearest first. */
  readonly eventsBefore: readonly JsonObject[];
  readonly eventsAfter: readonly JsonObject[];
  /** The state after the last of all these. */
  readonly state: readonly JsonObject[];
  /** Positions for tokens, to go on backwards and forwards. */
  readonly start: number;
  readonly end: number;
}

/** An event and what happened around it: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidcontexteventid */
export const getEventContext = defineRead({
  name: 'get-event-context',
  async prepare(context, who, query: Query): Promise<EventContext> {
    const [now, position] = [context.clock.now(), context.notifier.position];
    const viewer = await context.read(() => viewerOf(who, position));
    const { stateIds, ...found } = await context.read(function* (): Work<Omit<EventContext, 'state'> & { readonly stateIds: readonly EventId[] }> {
      const { roomId, limit, filter } = query;
      const target = yield* findVisible(roomId, query.eventId, viewer);
      const limits = { before: Math.floor(limit / 2), after: Math.ceil(limit / 2), position };
      const { before, after, start, end } = yield* around(target, limits, viewer, filter);
      return {
        event: yield* bundledEvent(target, viewer, now),
        eventsBefore: yield* bundledEvents(before, viewer, now),
        eventsAfter: yield* bundledEvents(after, viewer, now),
        stateIds: stateFor(yield* stateAfter(after.at(-1) ?? target), [...before, target, ...after], filter),
        start,
        end,
      };
    });
    const wanted = (stored: StoredEvent): boolean => query.filter === undefined || matchesRoomEvent(query.filter, stored.event);
    return { ...found, state: await clientStateEvents(context, stateIds, viewer, now, wanted) };
  },
});

/** All of the state, or only the members who sent one of the events that are shown. */
function stateFor(state: StateMap, shown: readonly StoredEvent[], filter: RoomEventFilter | undefined): readonly EventId[] {
  if (filter?.lazyLoadMembers !== true) return [...state.values()];
  const senders = new Set<string>(shown.map(({ event }) => event.sender));
  return [...state].flatMap(([key, eventId]) => {
    const [type, stateKey] = parseStateKey(key);
    return type === 'm.room.member' && !senders.has(stateKey) ? [] : [eventId];
  });
}
