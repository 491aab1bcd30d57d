import { existing, sizeOf, type BackupSize } from '../../engine/encryption/key-backups.ts';
import { notFound } from '../../kernel/errors.ts';
import * as backups from '../../store/key-backup.ts';
import type { KeyBackup } from '../../store/key-backup.ts';
import { defineRead } from '../define.ts';

export type KeyBackupInfo = KeyBackup & BackupSize;

/**
 * Tells about a version of the backup, the newest when none is named:
 * https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keysversion
 */
export const getKeyBackup = defineRead({
  name: 'get-key-backup',
  prepare: (context, who, version: string | undefined): Promise<KeyBackupInfo> =>
    context.read(function* () {
      const found = version === undefined ? yield* backups.current(who.userId) : yield* existing(who.userId, version);
      if (found === undefined) throw notFound('There is no key backup');
      return { ...found, ...(yield* sizeOf(who.userId, found)) };
    }),
});
