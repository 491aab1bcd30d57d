import { isState } from '../../core/event.ts';
import type { EventId } from '../../core/identifiers.ts';
import { objectAt } from '../../core/json.ts';
import { relationOf } from '../../core/relations.ts';
import { canBeThreadRoot } from '../../core/threads.ts';
import type { Work } from '../../kernel/work.ts';
import * as related from '../../store/aggregations.ts';
import type { Perspective, RelationCount } from '../../store/aggregations.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';
import { byRoom } from './by-room.ts';
import type { Viewer } from './viewer.ts';
import { visibleEvents } from './visibility.ts';

/** What is told of the events that relate to one: https://spec.matrix.org/v1.19/client-server-api/#aggregations-of-child-events */
export interface Aggregation {
  readonly replacement: StoredEvent | undefined;
  readonly thread: { readonly latest: StoredEvent; readonly count: number; readonly participated: boolean } | undefined;
  readonly references: readonly EventId[];
}

const AGGREGATED = ['m.replace', 'm.thread', 'm.reference'];
/** How many of the newest events are tried before it is taken that the viewer may see none, or that none is valid. */
const TRIES = 20;
const MAX_REFERENCES = 500;

/** The aggregations of those events that have any; state events do not. */
export function* aggregationsOf(stored: readonly StoredEvent[], viewer: Viewer): Work<ReadonlyMap<EventId, Aggregation>> {
  const aggregations = new Map<EventId, Aggregation>();
  const rooms = byRoom(stored.filter(({ event }) => !isState(event)));
  const present = yield* memberships.findIn([...rooms.keys()], viewer.userId);
  for (const [roomId, inRoom] of rooms) {
    const isMember = present.get(roomId)?.membership === 'join';
    const newest = (isMember ? undefined : present.get(roomId)?.leftPos) ?? Number.MAX_SAFE_INTEGER;
    const perspective = { roomId, viewer: viewer.userId, ignored: viewer.ignored ?? new Set(), newest };
    const ids = inRoom.map(({ event }) => event.eventId);
    const counts = yield* related.counts(ids, AGGREGATED, perspective);
    if (counts.length === 0) continue;
    for (const parent of inRoom) {
      const own = counts.filter(({ relatesTo }) => relatesTo === parent.event.eventId);
      if (own.length > 0) aggregations.set(parent.event.eventId, yield* aggregationOf(parent, own, viewer, perspective));
    }
  }
  return aggregations;
}

function* aggregationOf(parent: StoredEvent, counts: readonly RelationCount[], viewer: Viewer, perspective: Perspective): Work<Aggregation> {
  const of = (relType: string): RelationCount | undefined => counts.find((count) => count.relType === relType);
  const thread = of('m.thread');
  return {
    replacement: of('m.replace') === undefined ? undefined : yield* replacementOf(parent, viewer, perspective),
    thread: thread === undefined ? undefined : yield* threadAt(parent, thread, viewer, perspective),
    references: of('m.reference') === undefined ? [] : yield* related.references(parent.event.eventId, perspective, MAX_REFERENCES),
  };
}

/** https://spec.matrix.org/v1.19/client-server-api/#validity-of-replacement-events; what is encrypted cannot be looked into. */
function* replacementOf(parent: StoredEvent, viewer: Viewer, perspective: Perspective): Work<StoredEvent | undefined> {
  if (parent.redactedBy !== undefined || relationOf(parent.event.content)?.relType === 'm.replace') return undefined;
  const newest = yield* related.newestReplacements(parent, perspective, TRIES);
  const valid = newest.filter(
    ({ event }) => !isState(event) && (event.type === 'm.room.encrypted' || objectAt(event.content, 'm.new_content') !== undefined),
  );
  return (yield* visibleEvents(valid, viewer))[0];
}

function* threadAt(root: StoredEvent, { count, participated }: RelationCount, viewer: Viewer, perspective: Perspective): Work<Aggregation['thread']> {
  if (!canBeThreadRoot(root.event.content)) return undefined;
  const newest = yield* related.newestInThread(root.event.eventId, perspective, TRIES);
  const latest = (yield* visibleEvents(newest, viewer))[0];
  if (latest === undefined) return undefined;
  return { latest, count, participated: participated === 1 || root.event.sender === viewer.userId };
}
