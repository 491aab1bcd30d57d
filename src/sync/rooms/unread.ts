import type { JsonObject } from '../../core/json.ts';
import { MAIN_THREAD } from '../../core/threads.ts';
import type { ThreadCounts, UnreadInRoom } from '../../engine/notifications/unread-counts.ts';

const NONE: ThreadCounts = { notifications: 0, highlights: 0 };

const wire = ({ notifications, highlights }: ThreadCounts): JsonObject => ({ notification_count: notifications, highlight_count: highlights });

/**
 * The keys of a joined room that count what is unread in it: https://spec.matrix.org/v1.19/client-server-api/#receiving-notifications
 * @param apart whether the client wants each thread's count for itself
 */
export function wireUnread(unread: UnreadInRoom, apart: boolean): JsonObject {
  if (!apart) return { unread_notifications: wire(sum(unread.values())) };
  const threads = [...unread].filter(([thread]) => thread !== MAIN_THREAD).map(([thread, counts]) => [thread, wire(counts)] as const);
  return {
    unread_notifications: wire(unread.get(MAIN_THREAD) ?? NONE),
    ...(threads.length > 0 && { unread_thread_notifications: Object.fromEntries(threads) }),
  };
}

const sum = (all: Iterable<ThreadCounts>): ThreadCounts =>
  [...all].reduce(
    (total, { notifications, highlights }) => ({
      notifications: total.notifications + notifications,
      highlights: total.highlights + highlights,
    }),
    NONE,
  );
