import { isState } from '../../core/event.ts';
import type { EventId, RoomId, UserId } from '../../core/identifiers.ts';
import { objectAt } from '../../core/json.ts';
import { relationOf } from '../../core/relations.ts';
import { canBeThreadRoot } from '../../core/threads.ts';
import { together } from '../../kernel/together.ts';
import type { Work } from '../../kernel/work.ts';
import * as related from '../../store/aggregations.ts';
import type { Perspective, RelationCount } from '../../store/aggregations.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';
import { byRoom } from './by-room.ts';
import type { Viewer } from './viewer.ts';
import { endOfLastStay, seesStayFrom, visibleEvents } from './visibility.ts';

/** What is told of the events that relate to one: https://spec.matrix.org/v1.19/client-server-api/#aggregations-of-child-events */
export interface Aggregation {
  readonly replacement: StoredEvent | undefined;
  readonly thread: { readonly latest: StoredEvent; readonly count: number; readonly participated: boolean } | undefined;
  readonly references: readonly EventId[];
}

const AGGREGATED = ['m.replace', 'm.thread', 'm.reference'];
/** How many of the newest events are tried before it is taken that none is valid. */
const TRIES = 20;
/** How many references are told of one event, and how many related events are looked at one by one for who may see only some of them. */
const MAX_LOOKED_AT = 500;

/** How one user sees the events that relate to one. */
interface Outlook extends Perspective {
  /** False where each event has to be looked at. */
  readonly seesAll: boolean;
}

/** The aggregations of those events that have any; state events do not. */
export function* aggregationsOf(stored: readonly StoredEvent[], viewer: Viewer): Work<ReadonlyMap<EventId, Aggregation>> {
  const rooms = byRoom(stored.filter(({ event }) => !isState(event)));
  const present = yield* memberships.findIn([...rooms.keys()], viewer.userId);
  const aggregations = yield* together([...rooms].map(([roomId, inRoom]) => aggregationsIn(roomId, inRoom, viewer, present.get(roomId))));
  return new Map(aggregations.flat());
}

/** @param own how the viewer stands to the room */
function* aggregationsIn(
  roomId: RoomId,
  inRoom: readonly StoredEvent[],
  viewer: Viewer,
  own: memberships.Membership | undefined,
): Work<readonly (readonly [EventId, Aggregation])[]> {
  const end = own?.membership === 'join' ? Infinity : endOfLastStay(own);
  const newest = Number.isFinite(end) ? Math.min(end, viewer.newest) : viewer.newest;
  const perspective = { roomId, viewer: viewer.userId, ignored: viewer.ignored ?? new Set<UserId>(), newest };
  const ids = inRoom.map(({ event }) => event.eventId);
  const counts = yield* related.counts(ids, AGGREGATED, perspective);
  const found: (readonly [EventId, Aggregation])[] = [];
  if (counts.length === 0) return found;
  for (const parent of inRoom) {
    const { eventId } = parent.event;
    const counted = counts.filter(({ relatesTo }) => relatesTo === eventId);
    if (counted.length === 0) continue;
    const outlook = { ...perspective, seesAll: yield* seesStayFrom(roomId, parent.pos, own) };
    found.push([eventId, yield* aggregationOf(parent, counted, viewer, outlook)]);
  }
  return found;
}

function* aggregationOf(parent: StoredEvent, counts: readonly RelationCount[], viewer: Viewer, outlook: Outlook): Work<Aggregation> {
  const of = (relType: string): RelationCount | undefined => counts.find((count) => count.relType === relType);
  const thread = of('m.thread');
  return {
    replacement: of('m.replace') === undefined ? undefined : yield* replacementOf(parent, viewer, outlook),
    thread: thread === undefined ? undefined : yield* threadAt(parent, thread, viewer, outlook),
    references: of('m.reference') === undefined ? [] : yield* referencesTo(parent, viewer, outlook),
  };
}

function* referencesTo({ event }: StoredEvent, viewer: Viewer, outlook: Outlook): Work<readonly EventId[]> {
  const ids = yield* related.references(event.eventId, outlook, MAX_LOOKED_AT);
  if (outlook.seesAll) return ids;
  const visible = new Set((yield* visibleEvents(yield* events.findAll(ids), viewer)).map((reference) => reference.event.eventId));
  return ids.filter((eventId) => visible.has(eventId));
}

/** https://spec.matrix.org/v1.19/client-server-api/#validity-of-replacement-events; what is encrypted cannot be looked into. */
function* replacementOf(parent: StoredEvent, viewer: Viewer, outlook: Outlook): Work<StoredEvent | undefined> {
  if (parent.redactedBy !== undefined || relationOf(parent.event.content)?.relType === 'm.replace') return undefined;
  const newest = yield* related.newestReplacements(parent, outlook, outlook.seesAll ? TRIES : MAX_LOOKED_AT);
  const valid = newest.filter(
    ({ event }) => !isState(event) && (event.type === 'm.room.encrypted' || objectAt(event.content, 'm.new_content') !== undefined),
  );
  return (yield* visibleEvents(valid, viewer))[0];
}

function* threadAt(root: StoredEvent, { count, participated }: RelationCount, viewer: Viewer, outlook: Outlook): Work<Aggregation['thread']> {
  if (!canBeThreadRoot(root.event.content)) return undefined;
  const newest = yield* related.newestInThread(root.event.eventId, outlook, outlook.seesAll ? TRIES : MAX_LOOKED_AT);
  const visible = yield* visibleEvents(newest, viewer);
  const [latest] = visible;
  if (latest === undefined) return undefined;
  return {
    latest,
    count: outlook.seesAll ? count : visible.length,
    participated: participated === 1 || root.event.sender === viewer.userId,
  };
}
