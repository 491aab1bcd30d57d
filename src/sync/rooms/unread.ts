import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { MAIN_THREAD } from '../../core/threads.ts';
import type { UnreadCounts } from '../../engine/notifications/unread-counts.ts';
import type { Work } from '../../kernel/work.ts';
import type { SyncRequest } from '../section.ts';

interface Counts {
  readonly notifications: number;
  readonly highlights: number;
}

const wire = ({ notifications, highlights }: Counts): JsonObject => ({ notification_count: notifications, highlight_count: highlights });

/**
 * The keys of a joined room that count what is unread in it, by thread where the client asks for that:
 * https://spec.matrix.org/v1.19/client-server-api/#receiving-notifications
 */
export function* unreadIn(counts: UnreadCounts, request: SyncRequest, roomId: RoomId, userId: UserId): Work<JsonObject> {
  const byThread = yield* counts.of(userId, roomId, request.upTo.stream);
  if (!request.filter.room.timeline.unreadThreadNotifications) return { unread_notifications: wire(sum(byThread.values())) };
  const threads = [...byThread].filter(([thread]) => thread !== MAIN_THREAD).map(([thread, count]) => [thread, wire(count)] as const);
  return {
    unread_notifications: wire(byThread.get(MAIN_THREAD) ?? { notifications: 0, highlights: 0 }),
    ...(threads.length > 0 && { unread_thread_notifications: Object.fromEntries(threads) }),
  };
}

function sum(all: Iterable<Counts>): Counts {
  let [notifications, highlights] = [0, 0];
  for (const counts of all) {
    notifications += counts.notifications;
    highlights += counts.highlights;
  }
  return { notifications, highlights };
}
