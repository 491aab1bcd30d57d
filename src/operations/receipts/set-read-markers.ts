import type { EventId, RoomId } from '../../core/identifiers.ts';
import { stringAt, type JsonObject } from '../../core/json.ts';
import { isRelatedTo, MAIN_THREAD, threadOf, type ThreadId } from '../../core/threads.ts';
import { forbidden, invalidParam, notFound } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import type { Viewer } from '../../engine/events/viewer.ts';
import { isVisible } from '../../engine/events/visibility.ts';
import * as accountData from '../../store/account-data.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';
import * as receipts from '../../store/receipts.ts';
import { defineOperation } from '../define.ts';

/** A receipt, or the fully read marker. */
export interface Marker {
  readonly type: receipts.ReceiptType | 'm.fully_read';
  readonly eventId: EventId;
  /** Undefined for an unthreaded receipt. */
  readonly threadId?: ThreadId | undefined;
}
interface Marking {
  readonly roomId: RoomId;
  readonly markers: readonly Marker[];
}
interface PlacedMarker extends Marker {
  /** The event's position. */
  readonly pos: number;
}

/**
 * Moves a user's receipts and fully read marker forward, never back; one that is further already stays there.
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidread_markers
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidreceiptreceipttypeeventid
 */
export const setReadMarkers = defineOperation({
  name: 'set-read-markers',
  async prepare(context, who, { roomId, markers }: Marking) {
    const viewer = { userId: who.userId, deviceId: who.deviceId, newest: context.notifier.position };
    const placed = await context.read(() => place(roomId, viewer, markers));
    context.presence.active(who);
    return { roomId, who, placed, now: context.clock.now() };
  },
  *commit({ roomId, who, placed, now }): Work<readonly JsonObject[]> {
    const { userId, shadowBanned } = who;
    const moved: JsonObject[] = [];
    for (const { type, eventId, threadId, pos } of placed) {
      if (type === 'm.fully_read') moved.push(...(yield* moveFullyRead(who, roomId, eventId, pos)));
      else yield* receipts.put({ roomId, userId, type, eventId, threadId, ts: now }, pos, shadowBanned || type === 'm.read.private');
    }
    return moved;
  },
  listeners: ({ roomId, who }, moved) => ({ on_account_data_updated: moved.map((content) => [who.userId, roomId, 'm.fully_read', content]) }),
});

/** Finds where the markers' events are in the room. */
function* place(roomId: RoomId, viewer: Viewer, markers: readonly Marker[]): Work<readonly PlacedMarker[]> {
  const membership = yield* memberships.find(roomId, viewer.userId);
  if (membership?.membership !== 'join') throw forbidden(`You are not joined to ${roomId}`);
  const placed: PlacedMarker[] = [];
  for (const marker of markers) {
    const stored = yield* events.find(marker.eventId);
    if (stored?.event.roomId !== roomId || !(yield* isVisible(stored, viewer))) throw notFound(`There is no event ${marker.eventId} in this room`);
    if (marker.threadId !== undefined) yield* checkThread(stored, marker.threadId);
    placed.push({ ...marker, pos: stored.pos });
  }
  return placed;
}

/**
 * A receipt of a thread points to what is related to the thread's root, in whichever way, or to the root itself, although these are
 * of the main timeline: clients show them with the thread.
 */
function* checkThread({ event }: StoredEvent, threadId: ThreadId): Work<void> {
  if (event.eventId === threadId) return;
  const contentOf = function* (eventId: EventId): Work<JsonObject | undefined> {
    const related = yield* events.find(eventId);
    return related?.event.roomId === event.roomId ? related.event.content : undefined;
  };
  const belongs =
    threadId === MAIN_THREAD ? (yield* threadOf(event.content, contentOf)) === MAIN_THREAD : yield* isRelatedTo(event.content, threadId, contentOf);
  if (!belongs) throw invalidParam(`${event.eventId} is not related to the thread ${threadId}`);
}

/** @returns what the marker says now, where it has moved */
function* moveFullyRead({ userId }: Requester, roomId: RoomId, eventId: EventId, pos: number): Work<readonly JsonObject[]> {
  const before = yield* accountData.find(userId, roomId, 'm.fully_read');
  const eventBefore = before && stringAt(before, 'event_id');
  const storedBefore = eventBefore === undefined ? undefined : yield* events.find(eventBefore as EventId);
  if (storedBefore !== undefined && storedBefore.pos >= pos) return [];
  const content = { event_id: eventId };
  yield* accountData.put(userId, roomId, 'm.fully_read', content);
  return [content];
}
