import type { RoomId, UserId } from '../core/identifiers.ts';
import { row, rows, type Work } from '../kernel/work.ts';
import { EVENT_COLUMNS, EVENT_TABLES, fromRow, type EventRow, type StoredEvent } from './events.ts';
import * as roomSummaries from './room-summaries.ts';

/** The events after a position, up to another, of which anybody may hear, oldest first. */
export function* newsBetween(after: number, upTo: number): Work<readonly StoredEvent[]> {
  const found = yield* rows<EventRow>(
    `select ${EVENT_COLUMNS} from ${EVENT_TABLES}
     where e.pos > ? and e.pos <= ? and e.hidden = 0 and e.rejected is null and e.redacted_by is null order by e.pos`,
    after,
    upTo,
  );
  return found.map(fromRow);
}

/** Somebody with a pusher who is in a room or is invited to it. */
export interface Hearer {
  readonly userId: UserId;
  readonly displayName: string | null;
  readonly membership: 'join' | 'invite';
  readonly pos: number;
  readonly joinedPos: number | null;
}

const HEARER = 'm.user_id as "userId", m.display_name as "displayName", m.membership, m.pos, m.joined_pos as "joinedPos"';

/** The hearers of a room: of its members and of the users with pushers, those are gone through who are fewer. */
export function* hearersIn(roomId: RoomId): Work<readonly Hearer[]> {
  const members = (yield* roomSummaries.joinedCounts([roomId])).get(roomId) ?? 0;
  const counted = yield* row<{ pushers: number }>('select count(*) as pushers from (select 1 from pushers limit ?)', members + 1);
  return yield* rows<Hearer>(
    (counted?.pushers ?? 0) > members
      ? `select ${HEARER} from memberships m where m.room_id = ? and m.membership in ('join', 'invite')
         and exists (select 1 from pushers p where p.user_id = m.user_id)`
      : `select ${HEARER} from (select distinct user_id from pushers) p cross join memberships m
         where m.user_id = p.user_id and m.room_id = ? and m.membership in ('join', 'invite')`,
    roomId,
  );
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
