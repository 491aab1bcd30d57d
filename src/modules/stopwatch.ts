import type { Clock } from '../kernel/clock.ts';

/** Tells how long each of several things took that follow upon one another, looking at the time once for each. */
export class Stopwatch {
  readonly #clock: Clock;
  #since: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.monotonic();
  }

  /** When the present one began: ms of the monotonic clock. */
  get since(): number {
    return this.#since;
  }

  /** Ends one and begins the next. @returns how long it took, in ms */
  lap(): number {
    const since = this.#since;
    this.#since = this.#clock.monotonic();
    return this.#since - since;
  }
}
