import { execute, row, type Work } from '../kernel/work.ts';
import type { ClientRequest } from './transactions.ts';

/** How long a request is remembered (ms). */
const KEPT = 86_400_000;

/**
 * Remembers a request to send messages to devices.
 * @param now milliseconds since the epoch
 * @returns false when it was done before
 */
export function* record({ userId, deviceId, path, txnId }: ClientRequest, now: number): Work<boolean> {
  yield* execute('delete from to_device_transactions where created_ts < ?', now - KEPT);
  const made = yield* row(
    `insert into to_device_transactions (user_id, device_id, path, txn_id, created_ts) values (?, ?, ?, ?, ?)
     on conflict (user_id, device_id, txn_id, path) do nothing returning txn_id`,
    userId,
    deviceId,
    path,
    txnId,
    now,
  );
  return made !== undefined;
}
