import { groupBy } from '../../core/group-by.ts';
import type { RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import * as receipts from '../../store/receipts.ts';
import type { Receipt } from '../../store/receipts.ts';
import type { RoomEvents, RoomSection, SyncRequest } from '../section.ts';

/** Receipts in joined rooms: https://spec.matrix.org/v1.19/client-server-api/#mreceipt */
export const receiptsSection: RoomSection = {
  *changes(request, since, rooms) {
    const { viewer, upTo } = request;
    const found = [...(yield* receipts.ofRoomsBetween(rooms.woken, viewer.userId, since.stream, upTo.stream))];
    // A private receipt wakes its user alone, not the room.
    if (request.mayHaveChanged(`user:${viewer.userId}`)) {
      const woken = new Set(rooms.woken);
      const own = yield* receipts.ofUserBetween(viewer.userId, since.stream, upTo.stream);
      found.push(...own.filter(({ roomId }) => rooms.all.has(roomId) && !woken.has(roomId)));
    }
    return eventsOf(found, request);
  },
  *everything(request, rooms) {
    return eventsOf(yield* receipts.ofRoomsBetween(rooms, request.viewer.userId, 0, request.upTo.stream), request);
  },
};

/** One event for each room and thread: in one event a user can be at an event only once. */
function eventsOf(found: readonly Receipt[], { viewer }: SyncRequest): RoomEvents {
  const wanted = found.filter(({ userId }) => viewer.ignored?.has(userId) !== true);
  const rooms = new Map<RoomId, JsonObject[]>();
  for (const [roomId, ofRoom] of groupBy(wanted, (receipt) => receipt.roomId)) {
    const threads = groupBy(ofRoom, (receipt) => receipt.threadId);
    rooms.set(
      roomId,
      [...threads.values()].map((ofThread) => ({ type: 'm.receipt', content: wireReceipts(ofThread) })),
    );
  }
  return rooms;
}

/** By event, type and user. */
function wireReceipts(found: readonly Receipt[]): JsonObject {
  const content: Record<string, Record<string, Record<string, JsonObject>>> = {};
  for (const { eventId, type, userId, ts, threadId } of found) {
    const ofEvent = (content[eventId] ??= {});
    const ofType = (ofEvent[type] ??= {});
    ofType[userId] = { ts, ...(threadId !== undefined && { thread_id: threadId }) };
  }
  return content;
}
