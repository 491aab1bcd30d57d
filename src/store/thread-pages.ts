import type { EventId, RoomId, UserId } from '../core/identifiers.ts';
import { row, rows, type SqlValue, type Work } from '../kernel/work.ts';
import { counted, type Perspective } from './aggregations.ts';

export interface Thread {
  readonly rootId: EventId;
  readonly latestPos: number;
}

/** A stretch of a timeline: what comes after one position, up to another. */
export interface Span {
  readonly after: number;
  readonly upTo: number;
}

/** What somebody sees of a room's timeline. */
export interface Sight extends Perspective {
  readonly spans: readonly Span[];
}

interface Query {
  readonly roomId: RoomId;
  /** The newest position that the latest event of a thread may have. */
  readonly upTo: number;
  /** Only threads that this user has started or sent an event of. */
  readonly participant: UserId | undefined;
}

/**
 * The threads of a room, those with the newest events first.
 * @param sight by whose eyes the latest event of each is found; undefined for somebody who sees what everybody may see (`seesAsAll`)
 */
export function* page({ roomId, upTo, participant }: Query, sight: Sight | undefined, limit: number): Work<readonly Thread[]> {
  const latest = sight === undefined ? { sql: 't.latest_pos', args: [] } : latestSeen(sight);
  const takesPart =
    participant === undefined
      ? ''
      : ` and (exists (select 1 from events e where e.event_id = t.root_id and e.sender = ?)
            or exists (select 1 from relations c where c.relates_to = t.root_id and c.rel_type = 'm.thread' and c.sender = ?))`;
  return yield* rows<Thread>(
    `with seen as ${sight === undefined ? 'not materialized' : 'materialized'} (
       select t.root_id as root_id, ${latest.sql} as latest_pos from threads t where t.room_id = ?${takesPart}
     ) select root_id as "rootId", latest_pos as "latestPos" from seen where latest_pos > 0 and latest_pos <= ? order by latest_pos desc limit ?`,
    ...latest.args,
    roomId,
    ...(participant === undefined ? [] : [participant, participant]),
    upTo,
    limit,
  );
}

function latestSeen(sight: Sight): { readonly sql: string; readonly args: readonly SqlValue[] } {
  const those = counted(sight);
  return {
    sql: `(select c.pos from relations c where c.relates_to = t.root_id and c.rel_type = 'm.thread' and ${those.sql}
       and exists (select 1 from json_each(?) span where c.pos > span.value ->> 0 and c.pos <= span.value ->> 1) order by c.pos desc limit 1)`,
    args: [...those.args, JSON.stringify(sight.spans.map(({ after, upTo }) => [after, upTo]))],
  };
}

/** Whether the latest event of each thread is the latest for this user too: they see everything, and nothing but that. */
export function* seesAsAll({ roomId, viewer, ignored, newest, spans }: Sight): Work<boolean> {
  if (ignored.size > 0 || spans[0]?.after !== 0 || spans[0].upTo < newest) return false;
  const other = yield* row<{ other: number }>(
    `select 1 as other where exists (select 1 from threads where room_id = ? and latest_pos > ?)
       or exists (select 1 from relations where room_id = ? and sender = ? and hidden = 1)`,
    roomId,
    newest,
    roomId,
    viewer,
  );
  return other === undefined;
}
