import { everKnown } from '../../engine/encryption/key-backups.ts';
import type { Work } from '../../kernel/work.ts';
import * as backups from '../../store/key-backup.ts';
import { defineOperation } from '../define.ts';

/**
 * Deletes a backup with its keys; one that is deleted already stays so.
 * https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3room_keysversionversion
 */
export const deleteKeyBackup = defineOperation({
  name: 'delete-key-backup',
  prepare: (_context, who, version: string) => ({ version, userId: who.userId }),
  *commit({ userId, version }): Work<void> {
    const backup = yield* everKnown(userId, version);
    yield* backups.remove(userId, backup.version);
  },
});
