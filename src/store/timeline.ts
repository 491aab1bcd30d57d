import type { EventId, RoomId, UserId } from '../core/identifiers.ts';
import { ask, jointQuestion, type JointQuestion } from '../kernel/joint-question.ts';
import { inList, row, rows, type SqlValue, type Work } from '../kernel/work.ts';
import { EVENT_COLUMNS, EVENT_TABLES, fromRow, ONE_EVENT, type EventRow, type StoredEvent } from './events.ts';

/** `b` is towards the past. */
export type Direction = 'b' | 'f';

/** A stretch of a room's timeline, as one user may come upon it (what history visibility hides is still in it). */
export interface Stretch {
  readonly roomId: RoomId;
  readonly viewer: UserId;
  /** Events after this position… */
  readonly after: number;
  /** …up to this one. */
  readonly upTo: number;
  readonly direction: Direction;
  /** Spare reading what a filter would throw away. */
  readonly only?: Only;
}

export interface Only {
  readonly types?: readonly string[] | undefined;
  readonly senders?: readonly string[] | undefined;
}

/** The first events of a stretch, in the order of its direction. */
export function* page(stretch: Stretch, limit: number): Work<readonly StoredEvent[]> {
  const { roomId, viewer, after, upTo, direction, only } = stretch;
  const [types, senders] = [condition('e.type', only?.types), condition('e.sender', only?.senders)];
  const conditions = types.sql + senders.sql;
  const question = conditions === '' ? PAGES[direction] : pageWhere(direction, conditions);
  const found = yield* ask<EventRow>(question, [roomId, after, upTo], viewer, ...types.args, ...senders.args, limit);
  return found.map(fromRow);
}

const pageWhere = (direction: Direction, conditions: string): JointQuestion =>
  jointQuestion({
    columns: EVENT_COLUMNS,
    from: EVENT_TABLES,
    where: (asked) => shown(asked) + conditions,
    order: `e.pos ${direction === 'b' ? 'desc' : 'asc'}`,
    first: ONE_EVENT,
  });

/** What one user may come upon of a stretch of a room. */
const shown = (asked: (index: number) => string): string =>
  `e.room_id = ${asked(0)} and e.pos > ${asked(1)} and e.pos <= ${asked(2)} and e.rejected is null and (e.hidden = 0 or e.sender = ?)`;
const PAGES: Readonly<Record<Direction, JointQuestion>> = { b: pageWhere('b', ''), f: pageWhere('f', '') };
const GLIMPSES = jointQuestion({
  columns: 'e.event_id as "eventId", e.pos, e.sender, e.redacted_by as "redactedBy"',
  from: 'events e',
  where: shown,
  order: 'e.pos desc',
  first: ONE_EVENT,
});

/** An event of which no more is known than who sent it. */
export interface Glimpse {
  readonly eventId: EventId;
  readonly pos: number;
  readonly sender: UserId;
  readonly redactedBy: EventId | null;
}

/** The newest events of a room after a position, up to another, newest first, as far as one user may come upon them. */
export function* glimpses({ roomId, viewer, after, upTo }: Omit<Stretch, 'direction' | 'only'>, limit: number): Work<readonly Glimpse[]> {
  return yield* ask<Glimpse>(GLIMPSES, [roomId, after, upTo], viewer, limit);
}

/** Those of some rooms in which others have sent anything after a position of each, up to another. */
export function* roomsHeard(
  stretches: readonly { readonly roomId: RoomId; readonly after: number }[],
  viewer: UserId,
  upTo: number,
): Work<ReadonlySet<RoomId>> {
  const found = yield* rows<{ roomId: RoomId }>(
    `select span.value ->> 0 as "roomId" from json_each(?) span where exists
       (select 1 from events e where e.room_id = span.value ->> 0 and e.pos > span.value ->> 1 and e.pos <= ? and e.sender <> ? and e.hidden = 0)`,
    JSON.stringify(stretches.map(({ roomId, after }) => [roomId, after])),
    upTo,
    viewer,
  );
  return new Set(found.map(({ roomId }) => roomId));
}

function condition(column: string, values: readonly string[] | undefined): { readonly sql: string; readonly args: readonly SqlValue[] } {
  if (values === undefined) return { sql: '', args: [] };
  const list = inList(values);
  return { sql: ` and ${column} in ${list.marks}`, args: list.args };
}

/** The newest event of the room's graph up to a position. */
export function* lastUpTo(roomId: RoomId, position: number): Work<StoredEvent | undefined> {
  const found = yield* row<EventRow>(
    `select ${EVENT_COLUMNS} from ${EVENT_TABLES} where e.room_id = ? and e.pos <= ? and e.hidden = 0 and e.rejected is null order by e.pos desc limit 1`,
    roomId,
    position,
  );
  return found === undefined ? undefined : fromRow(found);
}

/** Where a search by time stands. */
export interface Moment {
  /** ms since the epoch */
  readonly originServerTs: number;
  readonly pos: number;
}

/** Events beyond a moment, the nearest first. */
export function* byTime(roomId: RoomId, beyond: Moment, direction: Direction, limit: number): Work<readonly StoredEvent[]> {
  const [comparison, order] = direction === 'b' ? ['<', 'desc'] : ['>', 'asc'];
  const found = yield* rows<EventRow>(
    `select ${EVENT_COLUMNS} from ${EVENT_TABLES} where e.room_id = ? and (e.origin_server_ts, e.pos) ${comparison} (?, ?)
     order by e.origin_server_ts ${order}, e.pos ${order} limit ?`,
    roomId,
    beyond.originServerTs,
    beyond.pos,
    limit,
  );
  return found.map(fromRow);
}
