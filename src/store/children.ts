import type { EventId, RoomId, UserId } from '../core/identifiers.ts';
import { rows, type Work } from '../kernel/work.ts';
import { EVENT_COLUMNS, EVENT_TABLES, fromRow, type EventRow, type StoredEvent } from './events.ts';
import type { Direction } from './timeline.ts';

/** Which of the events that relate to one are wanted. */
export interface Children {
  readonly roomId: RoomId;
  readonly parentId: EventId;
  readonly viewer: UserId;
  readonly relType: string | undefined;
  readonly eventType: string | undefined;
  /** How many relations may lie between them and the parent; 1 for those that relate to it directly. */
  readonly depth: number;
  readonly direction: Direction;
}

const DIRECT = 'c.relates_to = ? and c.room_id = ?';
const WITHIN_DEPTH = `c.event_id in (
  with recursive related (event_id, depth) as (
    select event_id, 1 from relations where relates_to = ? and room_id = ?
    union select next.event_id, related.depth + 1 from relations next join related on next.relates_to = related.event_id
    where next.room_id = ? and related.depth < ?
  ) select event_id from related)`;

/** Events that relate to one, after a position, up to another, in the order of the direction. */
export function* page(wanted: Children, after: number, upTo: number, limit: number): Work<readonly StoredEvent[]> {
  const { roomId, parentId, viewer, relType, eventType, depth, direction } = wanted;
  const found = yield* rows<EventRow>(
    `select ${EVENT_COLUMNS} from ${EVENT_TABLES} join relations c on c.event_id = e.event_id where ${depth === 1 ? DIRECT : WITHIN_DEPTH}
     and c.pos > ? and c.pos <= ? and (c.hidden = 0 or c.sender = ?)
     ${relType === undefined ? '' : 'and c.rel_type = ?'} ${eventType === undefined ? '' : 'and c.type = ?'}
     order by c.pos ${direction === 'b' ? 'desc' : 'asc'} limit ?`,
    parentId,
    roomId,
    ...(depth === 1 ? [] : [roomId, depth]),
    after,
    upTo,
    viewer,
    ...(relType === undefined ? [] : [relType]),
    ...(eventType === undefined ? [] : [eventType]),
    limit,
  );
  return found.map(fromRow);
}
