import type { UserId } from '../core/identifiers.ts';
import type { Work } from '../kernel/work.ts';
import * as crossSigning from './cross-signing.ts';
import * as deviceLists from './device-lists.ts';
import * as keyBackup from './key-backup.ts';
import * as keySignatures from './key-signatures.ts';

/** When an account ends: deletes what is left besides its devices, the backups of its keys included. */
export function* remove(userId: UserId): Work<void> {
  yield* keyBackup.removeAll(userId);
  yield* keySignatures.removeAll(userId);
  if (yield* crossSigning.removeAll(userId)) yield* deviceLists.announce(userId);
}
