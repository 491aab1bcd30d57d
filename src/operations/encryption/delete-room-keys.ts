import { changed, existing, type BackupSize, type RoomKeysPlace } from '../../engine/encryption/key-backups.ts';
import type { Work } from '../../kernel/work.ts';
import * as sessions from '../../store/key-backup-sessions.ts';
import { defineOperation } from '../define.ts';

/** Deletes the keys at a place in a backup: https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3room_keyskeys */
export const deleteRoomKeys = defineOperation({
  name: 'delete-room-keys',
  prepare: (_context, who, place: RoomKeysPlace) => ({ place, userId: who.userId }),
  *commit({ userId, place }): Work<BackupSize> {
    const backup = yield* existing(userId, place.version);
    const hasChanged = yield* sessions.remove({ ...place, userId, version: backup.version });
    return yield* changed(userId, backup, hasChanged);
  },
});
