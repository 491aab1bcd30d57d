import type { UserId } from '../core/identifiers.ts';
import { rows, type Work } from '../kernel/work.ts';
import { EVENT_COLUMNS, EVENT_TABLES, fromRow, type EventRow, type StoredEvent } from './events.ts';

/** An event, and somebody in its room who has a pusher. */
export interface Candidate {
  readonly stored: StoredEvent;
  readonly userId: UserId;
  readonly displayName: string | null;
}

/** Who might have to be told of the events after a position, up to another: members with pushers, and those who are invited by them. */
export function* candidates(after: number, upTo: number): Work<readonly Candidate[]> {
  const found = yield* rows<EventRow & { readonly member: UserId; readonly member_name: string | null }>(
    `select ${EVENT_COLUMNS}, m.user_id as "member", m.display_name as "member_name" from ${EVENT_TABLES} join memberships m on m.room_id = e.room_id
     where e.pos > ? and e.pos <= ? and e.hidden = 0 and e.rejected is null and e.redacted_by is null and e.sender <> m.user_id
     and ((m.membership = 'join' and m.joined_pos <= e.pos) or (m.membership = 'invite' and m.pos = e.pos))
     and exists (select 1 from pushers p where p.user_id = m.user_id) order by e.pos`,
    after,
    upTo,
  );
  return found.map((each) => ({ stored: fromRow(each), userId: each.member, displayName: each.member_name }));
}

/** Events of a user's present rooms while they were in them, and by which they are invited, newest first, of a stretch of the stream. */
export function* received(userId: UserId, after: number, upTo: number, limit: number): Work<readonly StoredEvent[]> {
  const found = yield* rows<EventRow>(
    `select ${EVENT_COLUMNS} from ${EVENT_TABLES} where e.pos > ? and e.pos <= ? and e.hidden = 0 and e.rejected is null
     and e.redacted_by is null and e.sender <> ? and exists (
       select 1 from memberships m where m.user_id = ? and m.room_id = e.room_id
       and ((m.membership = 'join' and m.joined_pos <= e.pos) or (m.membership = 'invite' and m.pos = e.pos))
     ) order by e.pos desc limit ?`,
    after,
    upTo,
    userId,
    userId,
    limit,
  );
  return found.map(fromRow);
}
