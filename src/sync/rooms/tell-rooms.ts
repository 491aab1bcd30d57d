import { projectFields } from '../../core/filters/event-fields.ts';
import { matchesRoomEvent } from '../../core/filters/matches-event.ts';
import type { EventId, RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { byRoom } from '../../engine/events/by-room.ts';
import { bundledEvents } from '../../engine/events/bundled-events.ts';
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
  readonly roomId: RoomId;
  readonly body: JsonObject;
  readonly isNews: boolean;
}

/** What is to be told of a room, before its events are in the clients' format. */
interface Draft {
  readonly room: RoomToTell;
  readonly timeline: RoomTimeline;
  readonly summary: RoomSummary | undefined;
  readonly state: readonly EventId[];
}

/**
 * Tells what happened in some rooms: https://spec.matrix.org/v1.19/client-server-api/#syncing
 * Their events are read and formatted together, which saves most of the questions to the database.
 */
export function* tellRooms(request: SyncRequest, rooms: readonly RoomToTell[], sentMembers: SentMembers): Work<readonly ToldRoom[]> {
  const drafts: Draft[] = [];
  for (const room of rooms) drafts.push(yield* draftOf(request, room, sentMembers));
  const { filter, useStateAfter } = request;
  const stored = yield* events.findAll(drafts.flatMap(({ state }) => state));
  const state = stored.filter(({ event }) => matchesRoomEvent(filter.room.state, event)).toSorted((a, b) => a.pos - b.pos);
  const [complete, limited] = [false, true].map((wanted) => drafts.filter(({ timeline }) => timeline.limited === wanted));
  const eventsOf = (some: readonly Draft[] = []): readonly StoredEvent[] => some.flatMap(({ timeline }) => timeline.events);
  const wired = new Map([
    ...(yield* wireEvents(request, [...state, ...eventsOf(complete)])),
    // Who has missed events may have missed what relates to those that are told.
    ...(yield* wireEvents(request, eventsOf(limited), bundledEvents)),
  ]);
  const stateOf = byRoom(state);
  const wire = (of: readonly StoredEvent[]): readonly JsonObject[] => of.map(({ event }) => wired.get(event.eventId) ?? {});
  return drafts.map(({ room: { roomId }, timeline, summary }) => {
    const ofRoom = stateOf.get(roomId) ?? [];
    return {
      roomId,
      body: {
        ...(summary !== undefined && { summary: wireSummary(summary) }),
        [useStateAfter ? 'state_after' : 'state']: { events: wire(ofRoom) },
        timeline: { events: wire(timeline.events), limited: timeline.limited, prev_batch: formatPosition(timeline.start) },
      },
      isNews: timeline.events.length > 0 || timeline.limited || ofRoom.length > 0 || summary !== undefined,
    };
  });
}

/** Events as the filter wants them. @param form with or without bundled aggregations */
export function* wireEvents(
  { viewer, now, filter }: SyncRequest,
  stored: readonly StoredEvent[],
  form: typeof clientEvents = clientEvents,
): Work<ReadonlyMap<EventId, JsonObject>> {
  const { eventFields, eventFormat } = filter;
  const formed = yield* form(stored, viewer, now, { withoutRoomId: true, eventFormat });
  const wired = eventFields === undefined ? formed : formed.map((event) => projectFields(event, eventFields));
  return new Map(stored.flatMap(({ event }, index) => [[event.eventId, wired[index] ?? {}]]));
}

function* draftOf(request: SyncRequest, room: RoomToTell, sentMembers: SentMembers): Work<Draft> {
  const { viewer, filter, useStateAfter } = request;
  const { roomId, since, upTo, whole } = room;
  const timeline = yield* timelineOf(roomId, { after: since ?? 0, upTo }, viewer, filter.room.timeline);
  const at = useStateAfter ? upTo : timeline.start;
  const changes = yield* currentState.changesAfter(roomId, Math.min(at, since ?? at));
  const isChanged = whole || changes.some((change) => change.pos <= upTo && concernsSummary(change));
  const summary = room.joined && isChanged ? yield* summaryOf(roomId, viewer.userId) : undefined;
  const members = lazyMembers(request, room, timeline, summary, sentMembers);
  return { room, timeline, summary, state: yield* stateFor({ roomId, at, upTo, changes, whole, delivered: timeline.events, members }) };
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
): ReadonlySet<string> | undefined {
  const { lazyLoadMembers, includeRedundantMembers } = filter.room.state;
  if (!lazyLoadMembers) return undefined;
  const speakers = timeline.events.map(({ event }) => event.sender);
  const relevant = new Set<string>([...speakers, ...(summary?.heroes ?? []), ...(whole ? [viewer.userId] : [])]);
  const wanted = sentMembers.unknown(viewer, roomId, relevant, includeRedundantMembers || whole ? undefined : since);
  sentMembers.note(viewer, roomId, relevant, upTo, since === undefined);
  return wanted;
}
