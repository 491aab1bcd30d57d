/** How many failures in a row park a module. */
const FAILURES = 20;
/** How long it is parked the first time, and at most, in ms. */
const FIRST_PAUSE = 30_000;
const LONGEST_PAUSE = 600_000;

/**
 * Parks a module that fails again and again, so that it is not asked for a while; then a single question tries it. Each trial that
 * fails parks it for twice as long.
 */
export class Breaker {
  #failures = 0;
  #pause = FIRST_PAUSE;
  #parkedUntil: number | undefined;
  #trial = false;

  /** Until when the module is parked, in ms since the epoch; undefined when it works. */
  get parkedUntil(): number | undefined {
    return this.#parkedUntil;
  }

  /** Whether the module may be asked now. While it is tried again, one question at a time. */
  admits(now: () => number): boolean {
    if (this.#parkedUntil === undefined) return true;
    if (this.#trial || now() < this.#parkedUntil) return false;
    this.#trial = true;
    return true;
  }

  /** @returns true when the module works again after it was parked */
  succeeded(): boolean {
    const recovered = this.#trial;
    this.#failures = 0;
    if (recovered) {
      this.#trial = false;
      this.#parkedUntil = undefined;
      this.#pause = FIRST_PAUSE;
    }
    return recovered;
  }

  /** @returns for how long (ms) the module is parked now; undefined when it goes on being asked */
  failed(now: number): number | undefined {
    this.#failures += 1;
    const again = this.#trial;
    if (!again && (this.#failures < FAILURES || this.#parkedUntil !== undefined)) return undefined;
    if (again) this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    this.#trial = false;
    this.#parkedUntil = now + this.#pause;
    return this.#pause;
  }
}
