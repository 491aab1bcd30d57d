import type { JsonObject } from '../../core/json.ts';
import type { Work } from '../../kernel/work.ts';
import * as backups from '../../store/key-backup.ts';
import { defineOperation } from '../define.ts';

interface NewBackup {
  readonly algorithm: string;
  readonly authData: JsonObject;
}

/** Begins a new version of the backup: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3room_keysversion */
export const createKeyBackup = defineOperation({
  name: 'create-key-backup',
  prepare: (_context, who, input: NewBackup) => ({ ...input, userId: who.userId }),
  *commit({ userId, algorithm, authData }): Work<number> {
    return yield* backups.create(userId, algorithm, authData);
  },
});
