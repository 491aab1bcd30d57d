import type { DeviceId, EventId, UserId } from '../core/identifiers.ts';
import type { Requester } from '../kernel/requester.ts';
import { execute, inList, row, rows, type Work } from '../kernel/work.ts';

/** Identifies a request that a client may repeat: https://spec.matrix.org/v1.19/client-server-api/#transaction-identifiers */
export interface ClientRequest {
  readonly userId: string;
  readonly deviceId: string;
  readonly path: string;
  readonly txnId: string;
}

/** @param path tells one endpoint and target from another */
export const requestOf = (who: Requester, path: string, txnId: string): ClientRequest => ({
  userId: who.userId,
  deviceId: who.deviceId ?? '',
  path,
  txnId,
});

/** The event that came of this request when it was made before. */
export function* find(request: ClientRequest): Work<EventId | undefined> {
  const found = yield* row<{ event_id: EventId }>(
    'select event_id from transactions where user_id = ? and device_id = ? and path = ? and txn_id = ?',
    request.userId,
    request.deviceId,
    request.path,
    request.txnId,
  );
  return found?.event_id;
}

/** The transaction ids under which a device has sent some events. */
export function* idsOf(eventIds: readonly EventId[], userId: UserId, deviceId: DeviceId | undefined): Work<ReadonlyMap<EventId, string>> {
  if (eventIds.length === 0) return new Map();
  const list = inList(eventIds);
  const found = yield* rows<{ event_id: EventId; txn_id: string }>(
    `select event_id, txn_id from transactions where event_id in ${list.marks} and user_id = ? and device_id = ?`,
    ...list.args,
    userId,
    deviceId ?? '',
  );
  return new Map(found.map(({ event_id, txn_id }) => [event_id, txn_id]));
}

/**
 * Remembers what came of a request.
 * @param now milliseconds since the epoch
 * @returns the event of an earlier request that is the same; then nothing was recorded
 */
export function* record(request: ClientRequest, eventId: EventId, now: number): Work<EventId | undefined> {
  const before = yield* find(request);
  if (before !== undefined) return before;
  yield* execute(
    'insert into transactions (user_id, device_id, path, txn_id, event_id, created_ts) values (?, ?, ?, ?, ?, ?)',
    request.userId,
    request.deviceId,
    request.path,
    request.txnId,
    eventId,
    now,
  );
  return undefined;
}
