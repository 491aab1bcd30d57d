import type { DeviceId, UserId } from '../identifiers.ts';
import { InvalidInput } from '../invalid-input.ts';
import { objectAt, stringAt, type JsonObject } from '../json.ts';

/**
 * Checks that device keys are those of the device that uploads them: https://spec.matrix.org/v1.19/client-server-api/#uploading-keys
 * @throws InvalidInput M_INVALID_PARAM
 */
export function checkDeviceKeys(keys: JsonObject, userId: UserId, deviceId: DeviceId): void {
  for (const [field, own] of [['user_id', userId] as const, ['device_id', deviceId] as const]) {
    if (keys[field] === own) continue;
    throw new InvalidInput('M_INVALID_PARAM', `"${field}" of the device keys has to be the one you are logged in with, ${own}`);
  }
}

/** The key with which a device signs, base64. */
export const signingKeyOf = (keys: JsonObject, deviceId: string): string | undefined => stringAt(objectAt(keys, 'keys') ?? {}, `ed25519:${deviceId}`);
