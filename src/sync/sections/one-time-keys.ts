import * as fallbackKeys from '../../store/fallback-keys.ts';
import * as oneTimeKeys from '../../store/one-time-keys.ts';
import type { Section } from '../section.ts';

/** How many keys the device has left, in every reply: https://spec.matrix.org/v1.19/client-server-api/#e2e-extensions-to-sync */
export const oneTimeKeysSection: Section = function* ({ viewer: { userId, deviceId } }) {
  // Of a session without a device (a program in somebody's name) clients read them all the same.
  if (deviceId === undefined) return { body: { device_one_time_keys_count: {}, device_unused_fallback_key_types: [] }, isNews: false };
  const counts = yield* oneTimeKeys.counts(userId, deviceId);
  const unused = yield* fallbackKeys.unusedTypes(userId, deviceId);
  return { body: { device_one_time_keys_count: counts, device_unused_fallback_key_types: unused }, isNews: false };
};
