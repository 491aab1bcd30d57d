import { setImmediate } from 'node:timers/promises';
import { projectFields } from '../../core/filters/event-fields.ts';
import { matchesRoomEvent } from '../../core/filters/matches-event.ts';
import { groupBy } from '../../core/group-by.ts';
import type { EventId, RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { bundledEvents } from '../../engine/events/bundled-events.ts';
import { clientEvents } from '../../engine/events/client-event.ts';
import type { Reader } from '../../kernel/database.ts';
import { formatPosition } from '../../kernel/position-token.ts';
import { partOf } from '../../kernel/shown-events.ts';
import { together } from '../../kernel/together.ts';
import type { Work } from '../../kernel/work.ts';
import * as currentState from '../../store/current-state.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import type { SyncRequest } from '../section.ts';
import type { SentMembers } from './sent-members.ts';
import { stateFor } from './state.ts';
import { concernsSummary, summaryOf, wireSummary, type RoomSummary } from './summary.ts';
import { timelineOf, type RoomTimeline } from './timeline.ts';

/** How many state events are read before others have their turn. */
const STATE_AT_ONCE = 500;

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
export async function tellRooms(
  reader: Reader,
  request: SyncRequest,
  rooms: readonly RoomToTell[],
  sentMembers: SentMembers,
): Promise<readonly ToldRoom[]> {
  const drafts = await reader.read(() => together(rooms.map((room) => draftOf(request, room, sentMembers))));
  const state = await stateInPages(reader, request, drafts);
  const wired = await reader.read(() => wireTimelines(request, drafts));
  return drafts.map(({ room: { roomId }, timeline, summary }) => {
    const ofRoom = state.get(roomId) ?? [];
    return {
      roomId,
      body: {
        ...(summary !== undefined && { summary: wireSummary(summary) }),
        [request.useStateAfter ? 'state_after' : 'state']: { events: ofRoom.map(({ wire }) => wire) },
        timeline: {
          events: timeline.events.map(({ event }) => wired.get(event.eventId) ?? {}),
          limited: timeline.limited,
          prev_batch: formatPosition(timeline.start),
        },
      },
      isNews: timeline.events.length > 0 || timeline.limited || ofRoom.length > 0 || summary !== undefined,
    };
  });
}

/** A state event on its way to the client. */
interface WiredState {
  readonly roomId: RoomId;
  readonly pos: number;
  readonly wire: JsonObject;
}

/** The state of large rooms is read page by page, so that others have their turn. */
async function stateInPages(reader: Reader, request: SyncRequest, drafts: readonly Draft[]): Promise<ReadonlyMap<RoomId, readonly WiredState[]>> {
  const ids = drafts.flatMap(({ state }) => state);
  const state: WiredState[] = [];
  for (let start = 0; start < ids.length; start += STATE_AT_ONCE) {
    if (start > 0) await setImmediate();
    state.push(...(await reader.read(() => wireState(request, ids.slice(start, start + STATE_AT_ONCE)))));
  }
  return groupBy(
    state.toSorted((a, b) => a.pos - b.pos),
    ({ roomId }) => roomId,
  );
}

function* wireState(request: SyncRequest, ids: readonly EventId[]): Work<readonly WiredState[]> {
  const stored = (yield* events.findAll(ids)).filter(({ event }) => matchesRoomEvent(request.filter.room.state, event));
  const wired = yield* wireEvents(request, stored);
  return stored.map(({ event, pos }) => ({ roomId: event.roomId, pos, wire: wired.get(event.eventId) ?? {} }));
}

function* wireTimelines(request: SyncRequest, drafts: readonly Draft[]): Work<ReadonlyMap<EventId, JsonObject>> {
  const [complete, limited] = [false, true].map((wanted) => drafts.filter(({ timeline }) => timeline.limited === wanted));
  const eventsOf = (some: readonly Draft[] = []): readonly StoredEvent[] => some.flatMap(({ timeline }) => timeline.events);
  return new Map([
    ...(yield* wireEvents(request, eventsOf(complete))),
    // Who has missed events may have missed what relates to those that are told.
    ...(yield* wireEvents(request, eventsOf(limited), bundledEvents)),
  ]);
}

/** Events as the filter wants them. @param form with or without bundled aggregations */
export function* wireEvents(
  { viewer, now, filter }: SyncRequest,
  stored: readonly StoredEvent[],
  form: typeof clientEvents = clientEvents,
): Work<ReadonlyMap<EventId, JsonObject>> {
  const { eventFields, eventFormat } = filter;
  const formed = yield* form(stored, viewer, now, { withoutRoomId: true, eventFormat });
  const wired = eventFields === undefined ? formed : formed.map((event) => partOf(event, (whole) => projectFields(whole, eventFields)));
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
