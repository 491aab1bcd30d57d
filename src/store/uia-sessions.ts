import type { JsonValue } from '../core/json.ts';
import type { UserId } from '../core/identifiers.ts';
import type { OperationName } from '../kernel/contract.ts';
import { execute, row, type Work } from '../kernel/work.ts';

/** How far somebody has come in authenticating one operation. */
export interface UiaSession {
  /** SHA-256 of the id that the client holds. */
  readonly sessionHash: string;
  readonly operation: OperationName;
  /** Undefined where nobody is logged in. */
  readonly userId: UserId | undefined;
  /** Keyed digest of the request that the completed stages stand for; the newest one as long as none is completed. */
  readonly requestMac: string;
  /** The ways to the end that the client was told of. */
  readonly flows: readonly (readonly string[])[];
  /** In the order of completion. */
  readonly completed: readonly (readonly [stage: string, result: JsonValue])[];
  /** Milliseconds since the epoch. */
  readonly expiresTs: number;
}

interface SessionRow extends Omit<UiaSession, 'userId' | 'flows' | 'completed'> {
  readonly userId: UserId | null;
  readonly flows: string;
  readonly completed: string;
}

export function* find(sessionHash: string): Work<UiaSession | undefined> {
  const found = yield* row<SessionRow>(
    `select session_hash as "sessionHash", operation, user_id as "userId", request_mac as "requestMac", flows, completed, expires_ts as "expiresTs"
     from uia_sessions where session_hash = ?`,
    sessionHash,
  );
  if (found === undefined) return undefined;
  return {
    ...found,
    userId: found.userId ?? undefined,
    flows: JSON.parse(found.flows) as UiaSession['flows'],
    completed: JSON.parse(found.completed) as UiaSession['completed'],
  };
}

export function* put(session: UiaSession): Work<void> {
  yield* execute(
    `insert into uia_sessions (session_hash, operation, user_id, request_mac, flows, completed, expires_ts) values (?, ?, ?, ?, ?, ?, ?)
     on conflict (session_hash) do update set request_mac = excluded.request_mac, completed = excluded.completed`,
    session.sessionHash,
    session.operation,
    session.userId ?? null,
    session.requestMac,
    JSON.stringify(session.flows),
    JSON.stringify(session.completed),
    session.expiresTs,
  );
}

/** @returns false when there was none (any more) */
export function* remove(sessionHash: string): Work<boolean> {
  const removed = yield* row<{ operation: string }>('delete from uia_sessions where session_hash = ? returning operation', sessionHash);
  return removed !== undefined;
}

/** @param now milliseconds since the epoch */
export function* removeExpired(now: number): Work<void> {
  yield* execute('delete from uia_sessions where expires_ts <= ?', now);
}
