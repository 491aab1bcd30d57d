import type { EventId } from '../core/identifiers.ts';
import type { Requester } from '../kernel/requester.ts';
import { row, type Work } from '../kernel/work.ts';

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
    'select event_id from events where sender = ? and txn_device = ? and txn_id = ? and txn_path = ?',
    request.userId,
    request.deviceId,
    request.txnId,
    request.path,
  );
  return found?.event_id;
}

/**
 * Remembers that an event came of a request.
 * @returns the event of an earlier request that is the same; then nothing was recorded
 */
export function* record(request: ClientRequest, eventId: EventId): Work<EventId | undefined> {
  const { userId, deviceId, path, txnId } = request;
  const recorded = yield* row(
    `update events set txn_device = ?, txn_path = ?, txn_id = ? where event_id = ? and not exists (
       select 1 from events before where before.sender = ? and before.txn_device = ? and before.txn_id = ? and before.txn_path = ?
     ) returning event_id`,
    deviceId,
    path,
    txnId,
    eventId,
    userId,
    deviceId,
    txnId,
    path,
  );
  return recorded === undefined ? yield* find(request) : undefined;
}
