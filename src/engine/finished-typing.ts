import type { RoomId, UserId } from '../core/identifiers.ts';
import type { Work } from '../kernel/work.ts';
import * as events from '../store/events.ts';
import * as memberships from '../store/memberships.ts';

/** What a user types for; a reaction, say, may be sent in between. */
const MESSAGES = ['m.room.message', 'm.room.encrypted', 'm.sticker'];

/** Those of some users who sent a message after a position, or are not in the room any more. */
export function* finishedTyping(roomId: RoomId, userIds: readonly UserId[], after: number): Work<readonly UserId[]> {
  const senders = yield* events.sendersAfter(roomId, after, userIds, MESSAGES);
  const finished: UserId[] = [...senders];
  for (const userId of userIds) {
    const membership = senders.has(userId) ? undefined : yield* memberships.find(roomId, userId);
    if (membership !== undefined && membership.membership !== 'join') finished.push(userId);
  }
  return finished;
}
