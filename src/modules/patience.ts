import type { Clock, Timer } from '../kernel/clock.ts';
import type { Consulted } from './handler.ts';
import type { Owed } from './owed.ts';

/**
 * Sees to it that modules answer in time. One timer does for all, and is left running when an answer comes, since most come at once although
 * they are async: when it fires too early for those that are waited for by then, it is set once more.
 */
export class Patience {
  readonly #clock: Clock;
  readonly #waiting = new Set<Owed>();
  /** When the timer fires: ms of the monotonic clock. */
  #fires = Infinity;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From now on waits for this answer. */
  waitFor(owed: Owed): void {
    this.#waiting.add(owed);
    this.hurry(owed);
  }

  /** It stands for another answer now, which may have less time. */
  hurry(owed: Owed): void {
    if (owed.until < this.#fires) this.#set(owed.until);
  }

  /** Whether an answer of this module is waited for. */
  waitsFor(module: Consulted): boolean {
    return [...this.#waiting].some((owed) => owed.module === module);
  }

  /** Nobody waits for it any more. */
  forget(owed: Owed): void {
    this.#waiting.delete(owed);
  }

  #set(until: number): void {
    this.#timer?.cancel();
    this.#fires = until;
    this.#timer = this.#clock.after(until - this.#clock.monotonic(), () => this.#fired());
  }

  #fired(): void {
    this.#fires = Infinity;
    const now = this.#clock.monotonic();
    for (const owed of this.#waiting) {
      if (owed.until <= now) owed.giveUp(now);
      if (owed.isGivenUp) this.#waiting.delete(owed);
      else this.#fires = Math.min(this.#fires, owed.until);
    }
    if (this.#fires < Infinity) this.#set(this.#fires);
  }
}
