import type { UserId } from '../core/identifiers.ts';
import type { Trace } from '../kernel/decisions.ts';
import { execute, row, rows, wake, type Work } from '../kernel/work.ts';

const COLUMNS = 'trace_id as "traceId", kind, value, created_by as "createdBy", created_ts as "createdTs", until_ts as "untilTs"';

/** Those that are on. @param now milliseconds since the epoch */
export function* list(now: number): Work<readonly Trace[]> {
  return yield* rows<Trace>(`select ${COLUMNS} from decision_traces where until_ts > ? order by trace_id`, now);
}

export function* add({ kind, value, createdBy, createdTs, untilTs }: Omit<Trace, 'traceId'>): Work<Trace> {
  const made = yield* row<Trace & { readonly createdBy: UserId }>(
    `insert into decision_traces (kind, value, created_by, created_ts, until_ts) values (?, ?, ?, ?, ?) returning ${COLUMNS}`,
    kind,
    value,
    createdBy,
    createdTs,
    untilTs,
  );
  if (made === undefined) throw new Error('No trace was stored');
  yield* wake('queue:traces');
  return made;
}

/** @returns false when there was none */
export function* remove(traceId: number): Work<boolean> {
  const removed = yield* row<{ trace_id: number }>('delete from decision_traces where trace_id = ? returning trace_id', traceId);
  yield* wake('queue:traces');
  return removed !== undefined;
}

export function* hasEnded(now: number): Work<boolean> {
  return (yield* row<{ due: number }>('select 1 as due from decision_traces where until_ts <= ? limit 1', now)) !== undefined;
}

export function* removeEnded(now: number): Work<void> {
  yield* execute('delete from decision_traces where until_ts <= ?', now);
}
