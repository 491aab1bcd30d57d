import type { UserId } from '../core/identifiers.ts';
import type { JsonObject } from '../core/json.ts';
import { execute, row, rows, type Work } from '../kernel/work.ts';

/** The key of a megolm session, encrypted by the client: `KeyBackupData` of the specification with its place. */
export interface BackedUpSession {
  readonly roomId: string;
  readonly sessionId: string;
  readonly firstMessageIndex: number;
  readonly forwardedCount: number;
  readonly isVerified: boolean;
  readonly sessionData: JsonObject;
}

/** A whole backup, the keys of one room, or one key. */
export interface Place {
  readonly userId: UserId;
  readonly version: number;
  readonly roomId?: string | undefined;
  readonly sessionId?: string | undefined;
}

interface SessionRow {
  readonly roomId: string;
  readonly sessionId: string;
  readonly firstMessageIndex: number;
  readonly forwardedCount: number;
  readonly isVerified: number;
  readonly sessionData: string;
}

/** The better of two keys of a session stays: https://spec.matrix.org/v1.19/client-server-api/#server-side-key-backups */
const IS_BETTER = `excluded.is_verified > held.is_verified or (excluded.is_verified = held.is_verified and
  (excluded.first_message_index < held.first_message_index or (excluded.first_message_index = held.first_message_index and
  excluded.forwarded_count < held.forwarded_count)))`;

/** Keeps a key unless a better one of the session is there. @returns whether it was kept */
export function* put({ userId, version }: Place, session: BackedUpSession): Work<boolean> {
  const kept = yield* row(
    `insert into key_backup_sessions as held
     (user_id, version, room_id, session_id, first_message_index, forwarded_count, is_verified, session_data) values (?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (user_id, version, room_id, session_id) do update set first_message_index = excluded.first_message_index,
     forwarded_count = excluded.forwarded_count, is_verified = excluded.is_verified, session_data = excluded.session_data
     where ${IS_BETTER} returning session_id`,
    userId,
    version,
    session.roomId,
    session.sessionId,
    session.firstMessageIndex,
    session.forwardedCount,
    session.isVerified ? 1 : 0,
    JSON.stringify(session.sessionData),
  );
  return kept !== undefined;
}

/** The keys at a place, in order, from after the one given on. */
export function* list(place: Place, after: Pick<BackedUpSession, 'roomId' | 'sessionId'>, limit: number): Work<readonly BackedUpSession[]> {
  const { sql, args } = within(place);
  const found = yield* rows<SessionRow>(
    `select room_id as "roomId", session_id as "sessionId", first_message_index as "firstMessageIndex", forwarded_count as "forwardedCount",
     is_verified as "isVerified", session_data as "sessionData" from key_backup_sessions
     where ${sql} and (room_id > ? or (room_id = ? and session_id > ?)) order by room_id, session_id limit ?`,
    ...args,
    after.roomId,
    after.roomId,
    after.sessionId,
    limit,
  );
  return found.map((each) => ({ ...each, isVerified: each.isVerified === 1, sessionData: JSON.parse(each.sessionData) as JsonObject }));
}

export function* count(userId: UserId, version: number): Work<number> {
  const found = yield* row<{ count: number }>('select count(*) as count from key_backup_sessions where user_id = ? and version = ?', userId, version);
  return found?.count ?? 0;
}

/** @returns whether there was anything to remove */
export function* remove(place: Place): Work<boolean> {
  const { sql, args } = within(place);
  const held = yield* row(`select 1 from key_backup_sessions where ${sql} limit 1`, ...args);
  if (held === undefined) return false;
  yield* execute(`delete from key_backup_sessions where ${sql}`, ...args);
  return true;
}

function within({ userId, version, roomId, sessionId }: Place): { readonly sql: string; readonly args: readonly (string | number)[] } {
  if (roomId === undefined) return { sql: 'user_id = ? and version = ?', args: [userId, version] };
  if (sessionId === undefined) return { sql: 'user_id = ? and version = ? and room_id = ?', args: [userId, version, roomId] };
  return { sql: 'user_id = ? and version = ? and room_id = ? and session_id = ?', args: [userId, version, roomId, sessionId] };
}
