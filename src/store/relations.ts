import type { Event } from '../core/event.ts';
import type { EventId, RoomId } from '../core/identifiers.ts';
import { relationOf } from '../core/relations.ts';
import { execute, inList, row, rows, type Work } from '../kernel/work.ts';
import * as threads from './threads.ts';

/** Notes to which event this one relates: https://spec.matrix.org/v1.19/client-server-api/#forming-relationships-between-events */
export function* record(event: Event, pos: number, hidden: boolean): Work<void> {
  const relation = relationOf(event.content);
  if (relation === undefined) return;
  yield* execute(
    'insert into relations (event_id, room_id, relates_to, rel_type, aggregation_key, type, sender, origin_server_ts, pos, hidden) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    event.eventId,
    event.roomId,
    relation.eventId,
    relation.relType,
    relation.key ?? null,
    event.type,
    event.sender,
    event.originServerTs,
    pos,
    hidden ? 1 : 0,
  );
  if (relation.relType === 'm.thread') yield* threads.put(event.roomId, relation.eventId, pos, hidden);
}

/** Undoes the relation of an event that was redacted. */
export function* forget(eventId: EventId): Work<void> {
  const forgotten = yield* row<{ room_id: RoomId; relates_to: EventId; rel_type: string }>(
    'select room_id, relates_to, rel_type from relations where event_id = ?',
    eventId,
  );
  if (forgotten === undefined) return;
  yield* execute('delete from relations where event_id = ?', eventId);
  if (forgotten.rel_type === 'm.thread') yield* threads.settle(forgotten.room_id, forgotten.relates_to);
}

/** Which relations count for `parentsAmong`. */
export interface RelationsWanted {
  /** Undefined for all. */
  readonly relTypes: readonly string[] | undefined;
  /** Undefined for everybody. */
  readonly senders: readonly string[] | undefined;
  readonly ignored: readonly string[];
  /** Up to this position. */
  readonly newest: number;
}

/** Those of some events to which others relate. */
export function* parentsAmong(eventIds: readonly EventId[], wanted: RelationsWanted): Work<ReadonlySet<EventId>> {
  const { relTypes, senders, ignored, newest } = wanted;
  const [ids, types, users, unwanted] = [inList(eventIds), inList(relTypes ?? []), inList(senders ?? []), inList(ignored)];
  const found = yield* rows<{ relates_to: EventId }>(
    `select distinct relates_to from relations where hidden = 0 and pos <= ? and relates_to in ${ids.marks}
     ${relTypes === undefined ? '' : `and rel_type in ${types.marks}`} ${senders === undefined ? '' : `and sender in ${users.marks}`}
     ${ignored.length === 0 ? '' : `and sender not in ${unwanted.marks}`}`,
    newest,
    ...ids.args,
    ...types.args,
    ...users.args,
    ...(ignored.length === 0 ? [] : unwanted.args),
  );
  return new Set(found.map(({ relates_to }) => relates_to));
}
