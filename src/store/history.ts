import type { RoomId, UserId } from '../core/identifiers.ts';
import { row, rows, type Work } from '../kernel/work.ts';
import { EVENT_COLUMNS, EVENT_TABLES, fromRow, type EventRow, type StoredEvent } from './events.ts';

/** Everything that users of this server sent, in the order in which it was stored: hidden events too, rejected ones not. */
const SENT = 'e.pos > ? and e.origin_server_ts >= ? and e.rejected is null';

/** How many events there are since a time (ms since the epoch). Walks over all of them. */
export function* countSince(since: number): Work<number> {
  const found = yield* row<{ count: number }>(`select count(*) as count from events e where ${SENT}`, 0, since);
  return found?.count ?? 0;
}

/** @param after position of the stream */
export function* page(after: number, since: number, limit: number): Work<readonly StoredEvent[]> {
  const found = yield* rows<EventRow>(`select ${EVENT_COLUMNS} from ${EVENT_TABLES} where ${SENT} order by e.pos limit ?`, after, since, limit);
  return found.map(fromRow);
}

/** Who made a room. */
export function* creatorOf(roomId: RoomId): Work<UserId | undefined> {
  const found = yield* row<{ sender: UserId }>(`select sender from events ${CREATION}`, roomId);
  return found?.sender;
}

/** What a creator sets later than this was set by a request of its own (ms). */
const MAKING = 1_000;

/** Whether a piece of state came with its room: nothing but state of the creator stands between the room's first event and it. */
export function* cameWithRoom({ event, pos }: StoredEvent): Work<boolean> {
  const create = yield* row<{ pos: number; sender: UserId; ts: number }>(
    `select pos, sender, origin_server_ts as ts from events ${CREATION}`,
    event.roomId,
  );
  if (create?.sender !== event.sender || event.originServerTs > create.ts + MAKING) return false;
  const between = yield* row<{ pos: number }>(
    'select pos from events where room_id = ? and pos > ? and pos < ? and (state_key is null or sender <> ?) limit 1',
    event.roomId,
    create.pos,
    pos,
    event.sender,
  );
  return between === undefined;
}

const CREATION = "where room_id = ? and type = 'm.room.create' and state_key = '' order by pos limit 1";
