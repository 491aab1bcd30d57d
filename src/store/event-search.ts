import type { Event } from '../core/event.ts';
import type { RoomId, UserId } from '../core/identifiers.ts';
import { searchableText, type SearchKey } from '../core/search/searchable-text.ts';
import { searchTokens } from '../core/search/search-tokens.ts';
import { execute, inList, row, rows, type Work } from '../kernel/work.ts';
import { EVENT_COLUMNS, EVENT_TABLES, fromRow, type EventRow, type StoredEvent } from './events.ts';

/** What is searched for, and where. */
export interface EventSearch {
  /** Each must occur, its tokens in a row. */
  readonly phrases: readonly (readonly string[])[];
  readonly keys: readonly SearchKey[];
  readonly roomIds: readonly RoomId[];
}

/** How many rooms one query looks into. */
const ROOMS_AT_ONCE = 100;

/** The room as a word of the index: letters and digits only. */
const roomWord = (roomId: RoomId): string => Buffer.from(roomId).toString('hex');

/** Positions whose events are indexed in one transaction, for which others wait. */
const STRETCH = 250;
/** The types of events that have words to be found. */
const TYPES = inList(['m.room.message', 'm.room.name', 'm.room.topic']);

/**
 * Makes events findable by their words, from where that ended the last time towards a position. An event that was redacted meanwhile
 * has none any more.
 * @returns the position that was reached
 */
export function* indexTowards(upTo: number): Work<number> {
  const after = (yield* row<{ position: number }>('select position from search_cursor'))?.position ?? 0;
  if (after >= upTo) return after;
  const reached = Math.min(upTo, after + STRETCH);
  const found = yield* rows<EventRow>(
    `select ${EVENT_COLUMNS} from ${EVENT_TABLES}
     where e.pos > ? and e.pos <= ? and e.hidden = 0 and e.rejected is null and e.type in ${TYPES.marks} order by e.pos`,
    after,
    reached,
    ...TYPES.args,
  );
  for (const { event, pos } of found.map(fromRow)) yield* note(event, pos);
  yield* execute('update search_cursor set position = ?', reached);
  return reached;
}

function* note(event: Event, pos: number): Work<void> {
  const searchable = searchableText(event);
  if (searchable === undefined) return;
  const words = searchTokens(searchable.text).join(' ');
  yield* execute(`insert into event_search (rowid, ${searchable.key}, room) values (?, ?, ?)`, pos, words, roomWord(event.roomId));
}

/** Takes the words of an event out that is being redacted. */
export function* forget({ event, pos }: StoredEvent): Work<void> {
  if (searchableText(event) === undefined) return;
  yield* execute('delete from event_search where rowid = ?', pos);
}

/** Events that have the words, after one position up to another, newest first. */
export function* page(search: EventSearch, after: number, upTo: number, limit: number): Work<readonly StoredEvent[]> {
  const found: StoredEvent[] = [];
  for (let start = 0; start < search.roomIds.length; start += ROOMS_AT_ONCE) {
    const query = matchOf({ ...search, roomIds: search.roomIds.slice(start, start + ROOMS_AT_ONCE) });
    const page = yield* rows<EventRow>(
      `select ${EVENT_COLUMNS} from event_search s cross join ${EVENT_TABLES}
       where event_search match ? and s.rowid > ? and s.rowid <= ? and e.pos = s.rowid order by s.rowid desc limit ?`,
      query,
      after,
      upTo,
      limit,
    );
    found.push(...page.map(fromRow));
  }
  return found.toSorted((a, b) => b.pos - a.pos).slice(0, limit);
}

/** The query in the language of FTS5; tokens hold nothing that would need escaping. */
function matchOf({ phrases, keys, roomIds }: EventSearch): string {
  const words = phrases.map((phrase) => `"${phrase.join(' ')}"`).join(' AND ');
  const rooms = roomIds.map((roomId) => `"${roomWord(roomId)}"`).join(' OR ');
  return `{${keys.join(' ')}} : (${words}) AND room : (${rooms})`;
}

/** A room that a user may search. */
export interface SearchedRoom {
  readonly roomId: RoomId;
  /** Where the user left it; null while they are in it. */
  readonly leftPos: number | null;
}

/** "All rooms that the user has been in, including those that they have left", without encrypted ones. */
export function* searchedRooms(userId: UserId): Work<readonly SearchedRoom[]> {
  return yield* rows<SearchedRoom>(
    `select m.room_id as "roomId", case when m.membership = 'join' then null else m.left_pos end as "leftPos"
     from memberships m join room_summaries s on s.room_id = m.room_id
     where m.user_id = ? and m.joined_pos is not null and m.forgotten = 0 and s.encryption is null order by m.pos desc`,
    userId,
  );
}
