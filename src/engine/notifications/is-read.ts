import type { UserId } from '../../core/identifiers.ts';
import { threadOf } from '../../core/threads.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as receipts from '../../store/receipts.ts';

/** Whether a user's receipts cover an event, those of its thread included. */
export function* isRead({ event, pos }: StoredEvent, userId: UserId): Work<boolean> {
  const read = (yield* receipts.readUpTo(userId, [event.roomId])).get(event.roomId) ?? receipts.NOTHING_READ;
  if (pos <= read.unthreaded) return true;
  if (read.threads.size === 0) return false;
  const thread = yield* threadOf(event.content, function* (eventId) {
    return (yield* events.find(eventId))?.event.content;
  });
  return pos <= (read.threads.get(thread) ?? 0);
}
