import type { DeviceId, UserId } from '../core/identifiers.ts';
import type { Work } from '../kernel/work.ts';
import * as deviceKeys from './device-keys.ts';
import * as deviceLists from './device-lists.ts';
import * as keySignatures from './key-signatures.ts';

/**
 * Before a device is deleted: takes its identity keys away and tells whoever knew them. One-time keys, fallback keys and waiting
 * messages go with the device itself.
 */
export function* remove(userId: UserId, deviceId: DeviceId): Work<void> {
  yield* keySignatures.removeOf(userId, deviceId);
  if (yield* deviceKeys.remove(userId, deviceId)) yield* deviceLists.announce(userId);
}
