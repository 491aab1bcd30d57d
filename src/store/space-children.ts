import type { Event } from '../core/event.ts';
import type { RoomId } from '../core/identifiers.ts';
import { rows, type Work } from '../kernel/work.ts';
import { EVENT_COLUMNS, EVENT_TABLES, fromRow, type EventRow } from './events.ts';

/** The m.space.child events of a room's present state, in no particular order; at most `limit`. */
export function* listOf(roomId: RoomId, limit: number): Work<readonly Event[]> {
  const found = yield* rows<EventRow>(
    `select ${EVENT_COLUMNS} from ${EVENT_TABLES} where e.event_id in
     (select event_id from current_state where room_id = ? and type = 'm.space.child' order by state_key limit ?)`,
    roomId,
    limit,
  );
  return found.map((each) => fromRow(each).event);
}
