import type { Clock, Timer } from '../kernel/clock.ts';
import type { Owed } from './owed.ts';

/**
 * Sees to it that one module after the other answers in time. One timer does for all of a round, since most answer at once although they are
 * async: when it fires too early for the one that is waited for by then, it is set once more.
 */
export class Patience {
  readonly #clock: Clock;
  #owed: Owed | undefined;
  /** When the timer fires: ms of the monotonic clock. */
  #fires = Infinity;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From now on waits for this answer, in the place of the one before. */
  waitFor(owed: Owed): void {
    this.#owed = owed;
    if (owed.until < this.#fires) this.#set(owed);
  }

  /** Nobody is waited for any more. */
  end(): void {
    this.#timer?.cancel();
  }

  #set({ until }: Owed): void {
    this.#timer?.cancel();
    this.#fires = until;
    this.#timer = this.#clock.after(until - this.#clock.monotonic(), () => this.#fired());
  }

  #fired(): void {
    this.#fires = Infinity;
    const owed = this.#owed;
    if (owed === undefined) return;
    const now = this.#clock.monotonic();
    if (owed.until <= now) owed.giveUp(now);
    if (owed === this.#owed && !owed.isGivenUp) this.#set(owed);
  }
}
