import type { Clock, Timer } from 'plexus/module';

/** Ends what stands still for too long. */
export class Patience {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #over = new AbortController();
  #timer: Timer;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
    this.#timer = this.#begin();
  }

  /** Fires when it is over. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Something has moved. */
  renew(): void {
    this.#timer.cancel();
    this.#timer = this.#begin();
  }

  /** It does not matter any more. */
  end(): void {
    this.#timer.cancel();
  }

  /** Ends at once what it is about. */
  lose(reason: Error): void {
    this.#timer.cancel();
    this.#over.abort(reason);
  }

  #begin(): Timer {
    return this.#clock.after(this.#ms, () => this.lose(new Error(`nothing moved for ${this.#ms / 1000} s`)));
  }
}
