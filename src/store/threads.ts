import type { EventId, RoomId, UserId } from '../core/identifiers.ts';
import { execute, row, rows, type Work } from '../kernel/work.ts';

/** Notes a new event of a thread. */
export function* put(roomId: RoomId, rootId: EventId, pos: number): Work<void> {
  yield* execute(
    `insert into threads (room_id, root_id, latest_pos) values (?, ?, ?)
     on conflict (room_id, root_id) do update set latest_pos = excluded.latest_pos where excluded.latest_pos > threads.latest_pos`,
    roomId,
    rootId,
    pos,
  );
}

/** Finds the latest event of a thread again after one has gone; a thread without events is none. */
export function* settle(roomId: RoomId, rootId: EventId): Work<void> {
  const latest = yield* row<{ pos: number | null }>(
    "select max(pos) as pos from relations where relates_to = ? and rel_type = 'm.thread' and hidden = 0 and room_id = ?",
    rootId,
    roomId,
  );
  const pos = latest?.pos ?? undefined;
  if (pos === undefined) yield* execute('delete from threads where room_id = ? and root_id = ?', roomId, rootId);
  else yield* execute('update threads set latest_pos = ? where room_id = ? and root_id = ?', pos, roomId, rootId);
}

export interface Thread {
  readonly rootId: EventId;
  readonly latestPos: number;
}

/**
 * The threads of a room, those with the newest events first.
 * @param upTo position of the latest event of the first one
 * @param participant only those that this user has started or sent an event of
 */
export function* page(roomId: RoomId, upTo: number, participant: UserId | undefined, limit: number): Work<readonly Thread[]> {
  return yield* rows<Thread>(
    `select t.root_id as "rootId", t.latest_pos as "latestPos" from threads t where t.room_id = ? and t.latest_pos <= ?${
      participant === undefined
        ? ''
        : ` and (exists (select 1 from events e where e.event_id = t.root_id and e.sender = ?)
            or exists (select 1 from relations c where c.relates_to = t.root_id and c.rel_type = 'm.thread' and c.sender = ?))`
    } order by t.latest_pos desc limit ?`,
    roomId,
    upTo,
    ...(participant === undefined ? [] : [participant, participant]),
    limit,
  );
}
