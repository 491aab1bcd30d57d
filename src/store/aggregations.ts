import type { EventId, RoomId, UserId } from '../core/identifiers.ts';
import { askJointly } from '../kernel/joint-question.ts';
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

/**
 * The part of a query about `relations c` that chooses what counts.
 * @param room how the query names the room, which is the first argument. @param end the same of the newest position, which is the second
 */
export function counted(
  { roomId, viewer, ignored, newest }: Perspective,
  room = '?',
  end = '?',
): { readonly sql: string; readonly args: readonly SqlValue[] } {
  const list = inList([...ignored]);
  const unignored = ignored.size === 0 ? '' : ` and c.sender not in ${list.marks}`;
  return {
    sql: `c.room_id = ${room} and c.pos <= ${end} and (c.hidden = 0 or c.sender = ?)${unignored}`,
    args: [roomId, newest, viewer, ...(ignored.size === 0 ? [] : list.args)],
  };
}

/** How many events relate to each of some events, by type of relation. */
export function* counts(eventIds: readonly EventId[], relTypes: readonly string[], perspective: Perspective): Work<readonly RelationCount[]> {
  const { roomId, viewer, newest } = perspective;
  const [ids, types, those] = [inList(eventIds), inList(relTypes), counted(perspective)];
  const [, , ...rest] = those.args;
  return yield* askJointly<RelationCount>({
    sql: `select ${COUNT} from relations c where c.relates_to in ${ids.marks} and c.rel_type in ${types.marks} and ${those.sql}
      group by c.relates_to, c.rel_type`,
    args: [viewer, ...ids.args, ...types.args, ...those.args],
    joint: {
      sql: `with asked as (select key, value from json_each(?)) select asked.key as asked, ${COUNT} from asked cross join relations c
        where c.relates_to in (select value from json_each(asked.value -> 2)) and c.rel_type in ${types.marks}
        and ${counted(perspective, 'asked.value ->> 0', 'asked.value ->> 1').sql} group by asked.key, c.relates_to, c.rel_type`,
      about: [roomId, newest, eventIds],
      rest: [viewer, ...types.args, ...rest],
    },
  });
}

const COUNT = `c.relates_to as "relatesTo", c.rel_type as "relType", count(*) as "count",
  max(case when c.sender = ? then 1 else 0 end) as "participated"`;

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
