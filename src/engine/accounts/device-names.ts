import type { DeviceId } from '../../core/identifiers.ts';
import { invalidParam } from '../../kernel/errors.ts';

/** Bytes. */
const MAX_DEVICE_ID = 255;
/** Characters. */
const MAX_DISPLAY_NAME = 256;

/** @throws M_INVALID_PARAM for what cannot be the id of a device */
export function checkedDeviceId(deviceId: string): DeviceId {
  if (deviceId === '' || Buffer.byteLength(deviceId) > MAX_DEVICE_ID) throw invalidParam(`A device id has 1 to ${MAX_DEVICE_ID} bytes`);
  return deviceId as DeviceId;
}

/** @throws M_INVALID_PARAM for a display name that is too long */
export function checkedDisplayName(displayName: string | undefined): string | undefined {
  if ((displayName?.length ?? 0) > MAX_DISPLAY_NAME) throw invalidParam(`The name of a device has at most ${MAX_DISPLAY_NAME} characters`);
  return displayName;
}
