import { LRUCache } from 'lru-cache';
import { growingTo } from '../core/growing-to.ts';
import type { Clock } from '../kernel/clock.ts';
import type { UserId } from '../core/identifiers.ts';
import type { OperationName } from '../kernel/contract.ts';
import { limitExceeded } from '../kernel/errors.ts';
import type { RatelimitOverride } from '../kernel/question-values.ts';

export interface Rate {
  readonly per_second: number;
  readonly burst: number;
}

/** Another rate for one user; undefined where nobody is to be asked, so that nobody waits. */
export type RateOverrides<Class extends string> = (
  userId: UserId,
  name: Class,
  operation: OperationName,
) => Promise<RatelimitOverride | undefined> | undefined;

/** Callers that are remembered; whoever falls out begins with a full budget. */
const MAX_CALLERS = 100_000;

/**
 * Budgets of requests by the generic cell rate algorithm: one number for each caller, the time at which the budget will be full again.
 */
export class RateLimits<Class extends string> {
  readonly #rates: Readonly<Record<Class, Rate>> & { readonly enabled: boolean };
  readonly #clock: Clock;
  readonly #fullAt = new LRUCache<string, number>(growingTo(MAX_CALLERS));

  readonly #overrides: RateOverrides<Class>;

  constructor(rates: Readonly<Record<Class, Rate>> & { readonly enabled: boolean }, clock: Clock, overrides: RateOverrides<Class> = () => undefined) {
    this.#rates = rates;
    this.#clock = clock;
    this.#overrides = overrides;
  }

  /**
   * Takes one request from the caller's budget for a class.
   * @returns ms to wait when the budget is used up (nothing is taken then)
   */
  take(name: Class, caller: string): number | undefined {
    return this.#rates.enabled ? this.#take(name, caller, this.#rates[name]) : undefined;
  }

  /** The same from the budget of a user, for whom modules may want another rate. @param operation what the user asks for */
  takeOf(name: Class, userId: UserId, operation: OperationName): number | undefined | Promise<number | undefined> {
    const asked = this.#rates.enabled ? this.#overrides(userId, name, operation) : undefined;
    return asked === undefined ? this.take(name, userId) : asked.then((override) => this.#takeBy(override, name, userId));
  }

  /** The same for an operation that has a limit of its own. @throws M_LIMIT_EXCEEDED */
  async requireOf(name: Class, userId: UserId, operation: OperationName): Promise<void> {
    const wait = await this.takeOf(name, userId, operation);
    if (wait !== undefined) throw limitExceeded(wait);
  }

  #takeBy(override: RatelimitOverride | undefined, name: Class, userId: UserId): number | undefined {
    if (override === undefined) return this.take(name, userId);
    if (override.perSecond === 0) return undefined;
    return this.#take(name, userId, { per_second: override.perSecond, burst: override.burstCount });
  }

  #take(name: Class, caller: string, { per_second, burst }: Rate): number | undefined {
    const interval = 1000 / per_second;
    const now = this.#clock.now();
    const key = `${name} ${caller}`;
    const fullAt = Math.max(now, this.#fullAt.get(key) ?? now) + interval;
    const wait = fullAt - interval * burst - now;
    if (wait > 0) return wait;
    this.#fullAt.set(key, fullAt);
    return undefined;
  }

  /**
   * Takes one request for an operation that has a limit of its own, for whoever it may be: attempts at the password of an account are not its user's.
   * @throws M_LIMIT_EXCEEDED
   */
  require(name: Class, caller: string): void {
    const wait = this.take(name, caller);
    if (wait !== undefined) throw limitExceeded(wait);
  }
}
