import * as fallbackKeys from '../../store/fallback-keys.ts';
import * as oneTimeKeys from '../../store/one-time-keys.ts';
import type { Section } from '../section.ts';

/** How many keys the device has left, in every reply: https://spec.matrix.org/v1.19/client-server-api/#e2e-extensions-to-sync */
export const oneTimeKeysSection: Section = function* ({ viewer: { userId, deviceId } }) {
  if (deviceId === undefined) return undefined;
  const counts = yield* oneTimeKeys.counts(userId, deviceId);
  const unused = yield* fallbackKeys.unusedTypes(userId, deviceId);
  return { body: { device_one_time_keys_count: counts, device_unused_fallback_key_types: unused }, isNews: false };
};
