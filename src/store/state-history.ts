import type { RoomId, UserId } from '../core/identifiers.ts';
import { ask, jointQuestion } from '../kernel/joint-question.ts';
import { rows, type Work } from '../kernel/work.ts';
import { EVENT_COLUMNS, EVENT_TABLES, fromRow, ONE_EVENT, type EventRow, type StoredEvent } from './events.ts';

/** How many events a page has; a shorter one is the last. */
export const HISTORY_PAGE = 10;

/**
 * The events that stood at one key of a room's state, newest first, a page at a time.
 * @param before stream position; undefined to begin with the newest
 */
export function* stateHistory(roomId: RoomId, type: string, stateKey: string, before?: number): Work<readonly StoredEvent[]> {
  const found = yield* ask<EventRow>(HISTORY, [roomId, before ?? Number.MAX_SAFE_INTEGER], type, stateKey, HISTORY_PAGE);
  return found.map(fromRow);
}

const HISTORY = jointQuestion({
  columns: EVENT_COLUMNS,
  from: EVENT_TABLES,
  where: (asked) => `e.room_id = ${asked(0)} and e.pos < ${asked(1)} and e.type = ? and e.state_key = ? and e.hidden = 0 and e.rejected is null`,
  order: 'e.pos desc',
  first: ONE_EVENT,
});

/** All of them, for keys that change rarely. */
export function* wholeStateHistory(roomId: RoomId, type: string, stateKey: string): Work<readonly StoredEvent[]> {
  const all: StoredEvent[] = [];
  for (;;) {
    const page = yield* stateHistory(roomId, type, stateKey, all.at(-1)?.pos);
    all.push(...page);
    if (page.length < HISTORY_PAGE) return all;
  }
}

/** The changes of a user's membership after one position up to another, in all rooms, oldest first. */
export function* membershipHistory(userId: UserId, after: number, upTo: number): Work<readonly StoredEvent[]> {
  const found = yield* rows<EventRow>(
    `select ${EVENT_COLUMNS} from ${EVENT_TABLES} where e.type = 'm.room.member' and e.state_key = ? and e.pos > ? and e.pos <= ?
     and e.rejected is null and e.hidden = 0 order by e.pos`,
    userId,
    after,
    upTo,
  );
  return found.map(fromRow);
}
