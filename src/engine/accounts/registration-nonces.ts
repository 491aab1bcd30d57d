import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../kernel/clock.ts';

/** How long a nonce is good (ms). */
const LIFETIME = 60_000;
/** Whoever asks for more without using them pushes the oldest out. */
const MAX_NONCES = 1_000;

/** Numbers that are used once, so that a registration that somebody has overheard cannot be repeated. */
export class RegistrationNonces {
  readonly #clock: Clock;
  readonly #expiry = new LRUCache<string, number>({ max: MAX_NONCES });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(): string {
    const nonce = randomBytes(32).toString('hex');
    this.#expiry.set(nonce, this.#clock.now() + LIFETIME);
    return nonce;
  }

  /** Uses a nonce up. @returns whether it was good */
  redeem(nonce: string): boolean {
    const expiry = this.#expiry.get(nonce);
    this.#expiry.delete(nonce);
    return expiry !== undefined && this.#clock.now() < expiry;
  }
}
