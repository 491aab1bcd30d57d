import { TooSlow } from './deadline.ts';
import type { Progress } from './progress.ts';

/** How a callback ended. */
export type Ended = { readonly value: unknown } | { readonly error: unknown };

/**
 * The answer of a module that is still thinking. It is no promise, since each of those costs a send as much as a question does: whoever goes
 * round the modules goes on where the callback's own promise ends. As long as they answer in time, one serves for one module after the other.
 */
export class Owed {
  readonly #progress: Progress;
  #pieces = 0;
  #until = 0;
  #ms = 0;
  #answerOf: ((ended: Ended) => unknown) | undefined;
  #came: ((answer: unknown) => void) | undefined;
  #failed: ((error: unknown) => void) | undefined;
  #isGivenUp = false;
  readonly #fulfilled = (value: unknown): void => this.#ended({ value });
  readonly #rejected = (error: unknown): void => this.#ended({ error });

  /** @param progress of the files that the module may be at work on */
  constructor(progress: Progress) {
    this.#progress = progress;
  }

  /** Until when the module may think: ms of the monotonic clock. */
  get until(): number {
    return this.#until;
  }

  /** Whether it still waits for what comes too late, and so serves no other. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /**
   * Begins to wait for what a callback promised.
   * @param since when it was asked: ms of the monotonic clock
   * @param ms how long it may think, or do so without progress
   * @param answerOf what comes of its end; throws what whoever asked is to be told
   */
  expect(value: PromiseLike<unknown>, since: number, ms: number, answerOf: (ended: Ended) => unknown): this {
    this.#pieces = this.#progress.pieces;
    this.#until = since + ms;
    this.#ms = ms;
    this.#answerOf = answerOf;
    // A promise of another make might call back at once, or twice.
    Promise.resolve(value).then(this.#fulfilled, this.#rejected);
    return this;
  }

  /** Calls back the one who asked, once, when the module has answered or was given up. */
  hear(came: (answer: unknown) => void, failed: (error: unknown) => void): void {
    this.#came = came;
    this.#failed = failed;
  }

  /**
   * Its time is over, unless there was progress. What comes later is dropped: nothing cancels a callback half way.
   * @param now ms of the monotonic clock
   */
  giveUp(now: number): void {
    if (this.#progress.pieces === this.#pieces) {
      this.#isGivenUp = true;
      this.#tell({ error: new TooSlow(this.#ms) });
    } else {
      this.#pieces = this.#progress.pieces;
      this.#until = now + this.#ms;
    }
  }

  #ended(ended: Ended): void {
    if (!this.#isGivenUp) this.#tell(ended);
  }

  #tell(ended: Ended): void {
    try {
      this.#came?.(this.#answerOf?.(ended));
    } catch (error) {
      this.#failed?.(error);
    }
  }
}
