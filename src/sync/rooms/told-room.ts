import { projectFields } from '../../core/filters/event-fields.ts';
import { matchesRoomEvent } from '../../core/filters/matches-event.ts';
import type { RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { clientEvents } from '../../engine/events/client-event.ts';
import { formatPosition } from '../../kernel/position-token.ts';
import type { Work } from '../../kernel/work.ts';
import * as currentState from '../../store/current-state.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import type { SyncRequest } from '../section.ts';
import type { SentMembers } from './sent-members.ts';
import { stateFor } from './state.ts';
import { concernsSummary, summaryOf, wireSummary, type RoomSummary } from './summary.ts';
import { timelineOf, type RoomTimeline } from './timeline.ts';

/** A room of which a sync tells. */
export interface RoomToTell {
  readonly roomId: RoomId;
  /** Up to where the client knows the room; undefined where it knows nothing. */
  readonly since: number | undefined;
  /** The end of the sync, or the departure of a user who left. */
  readonly upTo: number;
  /** True where the state is told in full, although the client may know it. */
  readonly whole: boolean;
  /** Whether the user sits in the room: only then there is a summary. */
  readonly joined: boolean;
}

/** Timeline, state and summary of a room. */
export interface ToldRoom {
  readonly body: JsonObject;
  readonly isNews: boolean;
}

/** Tells what happened in a room: https://spec.matrix.org/v1.19/client-server-api/#syncing */
export function* tellRoom(request: SyncRequest, room: RoomToTell, sentMembers: SentMembers): Work<ToldRoom> {
  const { viewer, filter, useStateAfter } = request;
  const { roomId, since, upTo, whole } = room;
  const timeline = yield* timelineOf(roomId, { after: since ?? 0, upTo }, viewer, filter.room.timeline);
  const at = useStateAfter ? upTo : timeline.start;
  const changes = yield* currentState.changesAfter(roomId, whole ? Math.min(at, since ?? at) : (since ?? at));
  const isChanged = whole || changes.some((change) => change.pos <= upTo && concernsSummary(change));
  const summary = room.joined && isChanged ? yield* summaryOf(roomId, viewer.userId) : undefined;
  const members = lazyMembers(request, room, timeline, summary, sentMembers);
  const eventIds = yield* stateFor({ roomId, at, upTo, changes, whole, delivered: timeline.events, members: members?.wanted });
  const state = (yield* events.findAll(eventIds)).filter(({ event }) => matchesRoomEvent(filter.room.state, event));
  members?.note();
  const [stateEvents, timelineEvents] = [yield* wireEvents(request, state.toSorted(byPosition)), yield* wireEvents(request, timeline.events)];
  return {
    body: {
      ...(summary !== undefined && { summary: wireSummary(summary) }),
      [useStateAfter ? 'state_after' : 'state']: { events: stateEvents },
      timeline: { events: timelineEvents, limited: timeline.limited, prev_batch: formatPosition(timeline.start) },
    },
    isNews: timeline.events.length > 0 || timeline.limited || state.length > 0 || summary !== undefined,
  };
}

const byPosition = (a: StoredEvent, b: StoredEvent): number => a.pos - b.pos;

/** Events as the filter wants them. */
export function* wireEvents({ viewer, now, filter }: SyncRequest, stored: readonly StoredEvent[]): Work<readonly JsonObject[]> {
  const { eventFields, eventFormat } = filter;
  const formed = yield* clientEvents(stored, viewer, now, { withoutRoomId: true, eventFormat });
  return eventFields === undefined ? formed : formed.map((event) => projectFields(event, eventFields));
}

/**
 * The members that lazy loading asks for: who speaks in the timeline, the heroes and, where the room is told in full, the user.
 * @returns undefined where all members are told
 */
function lazyMembers(
  { viewer, filter }: SyncRequest,
  { roomId, since, upTo, whole }: RoomToTell,
  timeline: RoomTimeline,
  summary: RoomSummary | undefined,
  sentMembers: SentMembers,
): { readonly wanted: ReadonlySet<string>; note(): void } | undefined {
  const { lazyLoadMembers, includeRedundantMembers } = filter.room.state;
  if (!lazyLoadMembers) return undefined;
  const relevant = new Set<string>([
    ...timeline.events.map(({ event }) => event.sender),
    ...(summary?.heroes ?? []),
    ...(whole ? [viewer.userId] : []),
  ]);
  const known = includeRedundantMembers || whole ? undefined : since;
  return {
    wanted: sentMembers.unknown(viewer, roomId, relevant, known),
    note: () => sentMembers.note(viewer, roomId, relevant, upTo, since === undefined),
  };
}
