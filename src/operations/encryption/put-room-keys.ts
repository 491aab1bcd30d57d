import { changed, writable, type BackupSize } from '../../engine/encryption/key-backups.ts';
import { invalidParam, MatrixError } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as sessions from '../../store/key-backup-sessions.ts';
import type { BackedUpSession } from '../../store/key-backup-sessions.ts';
import { defineOperation } from '../define.ts';

export type { BackupSize };

/** Bytes. */
const MAX_SESSION_DATA = 65_536;
const MAX_ID = 255;

interface KeysToKeep {
  readonly version: string;
  readonly sessions: readonly BackedUpSession[];
}

/**
 * Adds keys to the backup; of two keys of a session the better one stays:
 * https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3room_keyskeys
 */
export const putRoomKeys = defineOperation({
  name: 'put-room-keys',
  prepare(_context, who, input: KeysToKeep) {
    for (const session of input.sessions) check(session);
    return { ...input, userId: who.userId };
  },
  *commit(draft): Work<BackupSize> {
    const { userId } = draft;
    const backup = yield* writable(userId, draft.version);
    let hasChanged = false;
    for (const session of draft.sessions) {
      if (yield* sessions.put({ userId, version: backup.version }, session)) hasChanged = true;
    }
    return yield* changed(userId, backup, hasChanged);
  },
});

function check({ roomId, sessionId, sessionData }: BackedUpSession): void {
  if (Math.max(roomId.length, sessionId.length) > MAX_ID) throw invalidParam(`The ids of rooms and sessions have at most ${MAX_ID} characters`);
  if (Buffer.byteLength(JSON.stringify(sessionData)) > MAX_SESSION_DATA) {
    throw new MatrixError(413, 'M_TOO_LARGE', `The data of a session may have at most ${MAX_SESSION_DATA} bytes`);
  }
}
