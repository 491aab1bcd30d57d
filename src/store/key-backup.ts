import type { UserId } from '../core/identifiers.ts';
import type { JsonObject } from '../core/json.ts';
import { execute, row, type Work } from '../kernel/work.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#server-side-key-backups */
export interface KeyBackup {
  readonly version: number;
  readonly algorithm: string;
  readonly authData: JsonObject;
  /** Grows with each change of the keys. */
  readonly etag: number;
  readonly isDeleted: boolean;
}

interface BackupRow {
  readonly version: number;
  readonly algorithm: string;
  readonly authData: string;
  readonly etag: number;
  readonly deleted: number;
}
const COLUMNS = 'version, algorithm, auth_data as "authData", etag, deleted';
const read = ({ deleted, authData, ...rest }: BackupRow): KeyBackup => ({
  ...rest,
  authData: JSON.parse(authData) as JsonObject,
  isDeleted: deleted === 1,
});

/** The newest backup that was not deleted. */
export function* current(userId: UserId): Work<KeyBackup | undefined> {
  const found = yield* row<BackupRow>(`select ${COLUMNS} from key_backups where user_id = ? and deleted = 0 order by version desc limit 1`, userId);
  return found === undefined ? undefined : read(found);
}

/** A backup, also when it was deleted. */
export function* find(userId: UserId, version: number): Work<KeyBackup | undefined> {
  const found = yield* row<BackupRow>(`select ${COLUMNS} from key_backups where user_id = ? and version = ?`, userId, version);
  return found === undefined ? undefined : read(found);
}

/** @returns the number of the new version; no number is given twice */
export function* create(userId: UserId, algorithm: string, authData: JsonObject): Work<number> {
  const made = yield* row<{ version: number }>(
    `insert into key_backups (user_id, version, algorithm, auth_data)
     select ?, coalesce(max(version), 0) + 1, ?, ? from key_backups where user_id = ? returning version`,
    userId,
    algorithm,
    JSON.stringify(authData),
    userId,
  );
  if (made === undefined) throw new Error('No key backup was made');
  return made.version;
}

export function* setAuthData(userId: UserId, version: number, authData: JsonObject): Work<void> {
  yield* execute('update key_backups set auth_data = ? where user_id = ? and version = ?', JSON.stringify(authData), userId, version);
}

/** Notes that keys of a backup have changed. */
export function* advanceEtag(userId: UserId, version: number): Work<void> {
  yield* execute('update key_backups set etag = etag + 1 where user_id = ? and version = ?', userId, version);
}

/** Deletes a backup and its keys. */
export function* remove(userId: UserId, version: number): Work<void> {
  yield* execute('delete from key_backup_sessions where user_id = ? and version = ?', userId, version);
  yield* execute(`update key_backups set deleted = 1, auth_data = '{}' where user_id = ? and version = ?`, userId, version);
}

/** Deletes all backups of a user and their keys. */
export function* removeAll(userId: UserId): Work<void> {
  yield* execute('delete from key_backup_sessions where user_id = ?', userId);
  yield* execute('delete from key_backups where user_id = ?', userId);
}
