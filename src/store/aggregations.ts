import type { EventId, RoomId, UserId } from '../core/identifiers.ts';
import { inList, rows, type SqlValue, type Work } from '../kernel/work.ts';
import { EVENT_COLUMNS, EVENT_TABLES, fromRow, type EventRow, type StoredEvent } from './events.ts';

/** Which related events of a room count for somebody. */
export interface Perspective {
  readonly roomId: RoomId;
  readonly viewer: UserId;
  readonly ignored: ReadonlySet<UserId>;
  /** The newest position that they are shown. */
  readonly newest: number;
}

export interface RelationCount {
  readonly relatesTo: EventId;
  readonly relType: string;
  readonly count: number;
  /** 1 when the viewer sent one of them. */
  readonly participated: number;
}

/** The part of a query about `relations c` that chooses what counts. */
export function counted({ roomId, viewer, ignored, newest }: Perspective): { readonly sql: string; readonly args: readonly SqlValue[] } {
  const list = inList([...ignored]);
  const unignored = ignored.size === 0 ? '' : ` and c.sender not in ${list.marks}`;
  return {
    sql: `c.room_id = ? and c.pos <= ? and (c.hidden = 0 or c.sender = ?)${unignored}`,
    args: [roomId, newest, viewer, ...(ignored.size === 0 ? [] : list.args)],
  };
}

/** How many events relate to each of some events, by type of relation. */
export function* counts(eventIds: readonly EventId[], relTypes: readonly string[], perspective: Perspective): Work<readonly RelationCount[]> {
  const [ids, types, those] = [inList(eventIds), inList(relTypes), counted(perspective)];
  return yield* rows<RelationCount>(
    `select c.relates_to as "relatesTo", c.rel_type as "relType", count(*) as "count",
       max(case when c.sender = ? then 1 else 0 end) as "participated"
     from relations c where c.relates_to in ${ids.marks} and c.rel_type in ${types.marks} and ${those.sql} group by c.relates_to, c.rel_type`,
    perspective.viewer,
    ...ids.args,
    ...types.args,
    ...those.args,
  );
}

/** The newest events of a thread, newest first. */
export function* newestInThread(rootId: EventId, perspective: Perspective, limit: number): Work<readonly StoredEvent[]> {
  const those = counted(perspective);
  const found = yield* rows<EventRow>(
    `select ${EVENT_COLUMNS} from ${EVENT_TABLES} join relations c on c.event_id = e.event_id where c.relates_to = ? and c.rel_type = 'm.thread'
     and ${those.sql} order by c.pos desc limit ?`,
    rootId,
    ...those.args,
    limit,
  );
  return found.map(fromRow);
}

/**
 * The replacements of an event by its own sender with events of its type, the most recent first:
 * https://spec.matrix.org/v1.19/client-server-api/#server-side-aggregation-of-mreplace-relationships
 */
export function* newestReplacements({ event }: StoredEvent, perspective: Perspective, limit: number): Work<readonly StoredEvent[]> {
  const { roomId, viewer, newest } = perspective;
  const found = yield* rows<EventRow>(
    `select ${EVENT_COLUMNS} from relations c cross join ${EVENT_TABLES} where e.event_id = c.event_id and c.rel_type = 'm.replace'
     and c.relates_to = ? and c.room_id = ? and c.sender = ? and c.type = ? and e.pos <= ? and (e.hidden = 0 or e.sender = ?)
     order by c.origin_server_ts desc, c.event_id desc limit ?`,
    event.eventId,
    roomId,
    event.sender,
    event.type,
    newest,
    viewer,
    limit,
  );
  return found.map(fromRow);
}

/** The ids of the events that refer to one by m.reference, oldest first. */
export function* references(eventId: EventId, perspective: Perspective, limit: number): Work<readonly EventId[]> {
  const those = counted(perspective);
  const found = yield* rows<{ eventId: EventId }>(
    `select c.event_id as "eventId" from relations c where c.relates_to = ? and c.rel_type = 'm.reference' and ${those.sql} order by c.pos limit ?`,
    eventId,
    ...those.args,
    limit,
  );
  return found.map((reference) => reference.eventId);
}
