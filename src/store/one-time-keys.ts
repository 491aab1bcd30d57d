import type { DeviceId, UserId } from '../core/identifiers.ts';
import type { JsonValue } from '../core/json.ts';
import { execute, inList, row, rows, type Work } from '../kernel/work.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#one-time-and-fallback-keys */
export interface OneTimeKey {
  readonly algorithm: string;
  /** What follows the algorithm in its name, `<algorithm>:<id>`. */
  readonly id: string;
  readonly key: JsonValue;
}

interface KeyRow {
  readonly algorithm: string;
  readonly id: string;
  readonly key: string;
}
const read = (found: KeyRow): OneTimeKey => ({ ...found, key: JSON.parse(found.key) as JsonValue });

/** Those of a device's keys that have one of these ids, given out or not. */
export function* listNamed(userId: UserId, deviceId: DeviceId, ids: readonly string[]): Work<readonly OneTimeKey[]> {
  const list = inList(ids);
  const found = yield* rows<KeyRow>(
    `select algorithm, key_id as id, key from one_time_keys where user_id = ? and device_id = ? and key_id in ${list.marks}`,
    userId,
    deviceId,
    ...list.args,
  );
  return found.map(read);
}

/** Keeps a new key. @param pos when it was uploaded: a stream position */
export function* add(userId: UserId, deviceId: DeviceId, { algorithm, id, key }: OneTimeKey, pos: number): Work<void> {
  yield* execute(
    'insert into one_time_keys (user_id, device_id, algorithm, key_id, pos, key) values (?, ?, ?, ?, ?, ?)',
    userId,
    deviceId,
    algorithm,
    id,
    pos,
    JSON.stringify(key),
  );
}

/** Of these a device is told also when it has none left: the Rust crypto of Element and others makes no new ones where the count is left out. */
const ALWAYS_COUNTED = 'signed_curve25519';

/** How many keys of each algorithm a device has left. */
export function* counts(userId: UserId, deviceId: DeviceId): Work<Readonly<Record<string, number>>> {
  const found = yield* rows<{ algorithm: string; count: number }>(
    'select algorithm, count(*) as count from one_time_keys where user_id = ? and device_id = ? and claimed_ts is null group by algorithm',
    userId,
    deviceId,
  );
  return { [ALWAYS_COUNTED]: 0, ...Object.fromEntries(found.map(({ algorithm, count }) => [algorithm, count])) };
}

/**
 * Gives the oldest key out, for good.
 * @param now milliseconds since the epoch
 */
export function* claim(userId: UserId, deviceId: DeviceId, algorithm: string, now: number): Work<OneTimeKey | undefined> {
  const claimed = yield* row<KeyRow>(
    `update one_time_keys set claimed_ts = ? where user_id = ? and device_id = ? and algorithm = ? and claimed_ts is null and key_id =
     (select key_id from one_time_keys where user_id = ? and device_id = ? and algorithm = ? and claimed_ts is null order by pos, key_id limit 1)
     returning algorithm, key_id as id, key`,
    now,
    userId,
    deviceId,
    algorithm,
    userId,
    deviceId,
    algorithm,
  );
  return claimed === undefined ? undefined : read(claimed);
}

/** Forgets what a device's keys were that were given out before a time (milliseconds since the epoch). */
export function* forgetClaimed(userId: UserId, deviceId: DeviceId, before: number): Work<void> {
  yield* execute('delete from one_time_keys where user_id = ? and device_id = ? and claimed_ts < ?', userId, deviceId, before);
}

export function* removeAll(userId: UserId, deviceId: DeviceId): Work<void> {
  yield* execute('delete from one_time_keys where user_id = ? and device_id = ?', userId, deviceId);
}
