import type { EventId, RoomId } from '../core/identifiers.ts';
import { execute, row, type Work } from '../kernel/work.ts';

/** Notes a new event of a thread; one that is hidden is not the thread's latest for anybody but its sender. */
export function* put(roomId: RoomId, rootId: EventId, pos: number, hidden: boolean): Work<void> {
  yield* execute(
    `insert into threads (room_id, root_id, latest_pos) values (?, ?, ?)
     on conflict (room_id, root_id) do update set latest_pos = excluded.latest_pos where excluded.latest_pos > threads.latest_pos`,
    roomId,
    rootId,
    hidden ? 0 : pos,
  );
}

/** Finds the latest event of a thread again after one has gone; a thread without events is none. */
export function* settle(roomId: RoomId, rootId: EventId): Work<void> {
  const latest = yield* row<{ pos: number | null }>(
    "select max(case when hidden = 0 then pos else 0 end) as pos from relations where relates_to = ? and rel_type = 'm.thread' and room_id = ?",
    rootId,
    roomId,
  );
  const pos = latest?.pos ?? undefined;
  if (pos === undefined) yield* execute('delete from threads where room_id = ? and root_id = ?', roomId, rootId);
  else yield* execute('update threads set latest_pos = ? where room_id = ? and root_id = ?', pos, roomId, rootId);
}
