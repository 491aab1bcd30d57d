import type { PresenceState } from '../../kernel/question-values.ts';

/** ms without a /sync after which a device is offline. */
export const OFFLINE_AFTER = 30_000;
/** ms without activity after which somebody who is online is taken for idle. */
const IDLE_AFTER = 300_000;
/** ms after an activity during which nobody is told of further ones: https://spec.matrix.org/v1.19/client-server-api/#last-active-ago */
const ACTIVE_FOR = 60_000;

/** A device as far as presence goes. */
export interface DevicePresence {
  state: 'online' | 'unavailable';
  /** How many of its /sync requests are being answered right now. */
  syncs: number;
  /** When the last one ended; milliseconds since the epoch. */
  lastSeen: number;
}

type Derived = Pick<PresenceState, 'state' | 'currentlyActive'>;

/** What is made of all devices of a user: https://spec.matrix.org/v1.19/client-server-api/#presence */
export function presenceOf(devices: Iterable<DevicePresence>, lastActiveTs: number, now: number): Derived {
  const connected = [...devices].filter((device) => isConnected(device, now));
  if (connected.length === 0) return { state: 'offline', currentlyActive: false };
  const isOnline = connected.some(({ state }) => state === 'online') && now < lastActiveTs + IDLE_AFTER;
  return isOnline ? { state: 'online', currentlyActive: now < lastActiveTs + ACTIVE_FOR } : { state: 'unavailable', currentlyActive: false };
}

/** When `presenceOf` will say something else if nothing happens until then; undefined for never. */
export function nextChange(devices: Iterable<DevicePresence>, lastActiveTs: number, now: number): number | undefined {
  const ends = [...devices].filter(({ syncs }) => syncs === 0).map(({ lastSeen }) => lastSeen + OFFLINE_AFTER);
  const times = [...ends, lastActiveTs + ACTIVE_FOR, lastActiveTs + IDLE_AFTER].filter((time) => time > now);
  return times.length === 0 ? undefined : Math.min(...times);
}

export const isConnected = ({ syncs, lastSeen }: DevicePresence, now: number): boolean => syncs > 0 || now < lastSeen + OFFLINE_AFTER;
