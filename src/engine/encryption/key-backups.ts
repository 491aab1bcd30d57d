import type { UserId } from '../../core/identifiers.ts';
import { MatrixError, notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as backups from '../../store/key-backup.ts';
import type { KeyBackup } from '../../store/key-backup.ts';
import * as sessions from '../../store/key-backup-sessions.ts';

/** What every change of a backup's keys answers with. */
export interface BackupSize {
  readonly etag: number;
  /** How many keys it holds. */
  readonly count: number;
}

/** A whole backup, the keys of one room, or one key. */
export interface RoomKeysPlace {
  readonly version: string;
  readonly roomId?: string;
  readonly sessionId?: string;
}

const VERSION = /^[1-9]\d{0,14}$/;
const unknownVersion = (): MatrixError => notFound('Unknown backup version');

/** A backup, also one that was deleted. @throws M_NOT_FOUND for a version that never was */
export function* everKnown(userId: UserId, version: string): Work<KeyBackup> {
  const found = VERSION.test(version) ? yield* backups.find(userId, Number(version)) : undefined;
  if (found === undefined) throw unknownVersion();
  return found;
}

/** @throws M_NOT_FOUND */
export function* existing(userId: UserId, version: string): Work<KeyBackup> {
  const found = yield* everKnown(userId, version);
  if (found.isDeleted) throw unknownVersion();
  return found;
}

/** The backup that keys may be written to. @throws M_NOT_FOUND, M_WRONG_ROOM_KEYS_VERSION when the version is not the newest */
export function* writable(userId: UserId, version: string): Work<KeyBackup> {
  const current = yield* backups.current(userId);
  if (current === undefined) throw notFound('There is no key backup: create a version first');
  const found = yield* everKnown(userId, version);
  if (found.version === current.version) return found;
  const currentVersion = { current_version: String(current.version) };
  throw new MatrixError(403, 'M_WRONG_ROOM_KEYS_VERSION', 'Keys can be written to the current backup version only', currentVersion);
}

export function* sizeOf(userId: UserId, { version, etag }: KeyBackup): Work<BackupSize> {
  return { etag, count: yield* sessions.count(userId, version) };
}

/** Notes that the keys of a backup have changed, if they have. */
export function* changed(userId: UserId, backup: KeyBackup, hasChanged: boolean): Work<BackupSize> {
  if (!hasChanged) return yield* sizeOf(userId, backup);
  yield* backups.advanceEtag(userId, backup.version);
  return yield* sizeOf(userId, { ...backup, etag: backup.etag + 1 });
}
