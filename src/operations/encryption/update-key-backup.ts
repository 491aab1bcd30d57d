import type { JsonObject } from '../../core/json.ts';
import { existing } from '../../engine/encryption/key-backups.ts';
import { invalidParam } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as backups from '../../store/key-backup.ts';
import { defineOperation } from '../define.ts';

interface Update {
  readonly version: string;
  /** The version as the body says it. */
  readonly claimedVersion: string | undefined;
  readonly algorithm: string;
  readonly authData: JsonObject;
}

/** Replaces a backup's auth_data: https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3room_keysversionversion */
export const updateKeyBackup = defineOperation({
  name: 'update-key-backup',
  prepare(_context, who, input: Update) {
    if (input.claimedVersion !== undefined && input.claimedVersion !== input.version) {
      throw invalidParam('"version" in the body is not the one in the path');
    }
    return { ...input, userId: who.userId };
  },
  *commit({ userId, version, algorithm, authData }): Work<void> {
    const backup = yield* existing(userId, version);
    if (backup.algorithm !== algorithm) throw invalidParam(`The algorithm of a backup stays the same: it is ${backup.algorithm}`);
    yield* backups.setAuthData(userId, backup.version, authData);
  },
});
