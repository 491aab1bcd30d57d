import type { UserId } from '../core/identifiers.ts';
import { rows, type Work } from '../kernel/work.ts';
import { EVENT_COLUMNS, EVENT_TABLES, fromRow, type EventRow, type StoredEvent } from './events.ts';

/**
 * Events of the rooms that a user is in, or was in until after them, and what becomes of their own memberships: those after one position,
 * up to another, oldest first.
 */
export function* ofMember(userId: UserId, after: number, upTo: number, limit: number): Work<readonly StoredEvent[]> {
  const found = yield* rows<EventRow>(
    `select ${EVENT_COLUMNS} from ${EVENT_TABLES} where e.pos > ? and e.pos <= ? and e.rejected is null and (e.hidden = 0 or e.sender = ?)
     and ((e.type = 'm.room.member' and e.state_key = ?) or exists (
       select 1 from memberships m where m.user_id = ? and m.room_id = e.room_id and m.forgotten = 0 and (m.membership = 'join' or e.pos <= m.left_pos)
     )) order by e.pos limit ?`,
    after,
    upTo,
    userId,
    userId,
    userId,
    limit,
  );
  return found.map(fromRow);
}
