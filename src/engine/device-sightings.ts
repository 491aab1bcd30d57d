import { LRUCache } from 'lru-cache';
import { growingTo } from '../core/growing-to.ts';
import type { Clock, Timer } from '../kernel/clock.ts';
import type { Requester } from '../kernel/requester.ts';
import type { Sighting } from '../store/devices.ts';

/** How exactly it is known when a device was last seen (ms). */
const PRECISION = 180_000;
/** How long sightings are collected before they are stored together (ms). */
const COLLECTING = 10_000;
const MAX_DEVICES = 100_000;

/** Collects when and from where devices are used, so that no request waits for it and not each one writes. */
export class DeviceSightings {
  readonly #clock: Clock;
  readonly #record: (sightings: readonly Sighting[]) => Promise<void>;
  readonly #last = new LRUCache<string, number>(growingTo(MAX_DEVICES));
  #collected: Sighting[] = [];
  #timer: Timer | undefined;

  /** @param record stores sightings; what it throws is its own affair */
  constructor(clock: Clock, record: (sightings: readonly Sighting[]) => Promise<void>) {
    this.#clock = clock;
    this.#record = record;
  }

  note({ userId, deviceId, ip, userAgent }: Requester): void {
    if (deviceId === undefined) return;
    const ts = this.#clock.now();
    const key = `${userId} ${deviceId}`;
    if (ts < (this.#last.get(key) ?? 0) + PRECISION) return;
    this.#last.set(key, ts);
    this.#collected.push({ userId, deviceId, ip, userAgent, ts });
    this.#timer ??= this.#clock.after(COLLECTING, () => void this.flush());
  }

  /** Stores what was collected so far. */
  async flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const collected = this.#collected;
    this.#collected = [];
    if (collected.length > 0) await this.#record(collected);
  }
}
