import { LRUCache } from 'lru-cache';
import { growingTo } from '../core/growing-to.ts';
import type { Clock } from '../kernel/clock.ts';
import { limitExceeded } from '../kernel/errors.ts';

export interface Rate {
  readonly per_second: number;
  readonly burst: number;
}

/** Callers that are remembered; whoever falls out begins with a full budget. */
const MAX_CALLERS = 100_000;

/**
 * Budgets of requests by the generic cell rate algorithm: one number for each caller, the time at which the budget will be full again.
 */
export class RateLimits<Class extends string> {
  readonly #rates: Readonly<Record<Class, Rate>> & { readonly enabled: boolean };
  readonly #clock: Clock;
  readonly #fullAt = new LRUCache<string, number>(growingTo(MAX_CALLERS));

  constructor(rates: Readonly<Record<Class, Rate>> & { readonly enabled: boolean }, clock: Clock) {
    this.#rates = rates;
    this.#clock = clock;
  }

  /**
   * Takes one request from the caller's budget for a class.
   * @returns ms to wait when the budget is used up (nothing is taken then)
   */
  take(name: Class, caller: string): number | undefined {
    if (!this.#rates.enabled) return undefined;
    const { per_second, burst } = this.#rates[name];
    const interval = 1000 / per_second;
    const now = this.#clock.now();
    const key = `${name} ${caller}`;
    const fullAt = Math.max(now, this.#fullAt.get(key) ?? now) + interval;
    const wait = fullAt - interval * burst - now;
    if (wait > 0) return wait;
    this.#fullAt.set(key, fullAt);
    return undefined;
  }

  /** The same for an operation that has a limit of its own. @throws M_LIMIT_EXCEEDED */
  require(name: Class, caller: string): void {
    const wait = this.take(name, caller);
    if (wait !== undefined) throw limitExceeded(wait);
  }
}
