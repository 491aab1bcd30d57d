import { TooSlow } from './deadline.ts';
import type { Consulted } from './handler.ts';
import type { Panel } from './panel.ts';
import type { Progress } from './progress.ts';
import type { Read } from './results.ts';

/** How a callback ended. */
export type Ended = { readonly value: unknown } | { readonly error: unknown };

/** What comes of a callback's end. Throws what whoever asked is to be told. */
type AnswerOf = (owed: Owed, ended: Ended) => unknown;

/** The question, as far as it matters here. */
interface Question {
  readonly panel: Panel;
  readonly progress: Progress;
  /** When the present module was asked: ms of the monotonic clock. */
  readonly since: number;
}

/** Whoever waits. */
interface Waiting {
  came(answer: unknown): void;
  failed(error: unknown): void;
}

/**
 * The answer of a module that is still thinking. It is no promise, since each of those costs a send as much as a question does: whoever goes
 * round the modules goes on where the callback's own promise ends. As long as they answer in time, one serves for one module after the other.
 */
export class Owed {
  readonly #question: Question;
  readonly #answerOf: AnswerOf;
  readonly #fulfilled = (value: unknown): void => this.#ended({ value });
  readonly #rejected = (error: unknown): void => this.#ended({ error });
  #at = 0;
  #read: Read;
  #pieces = 0;
  #until = 0;
  #waiting: Waiting | undefined;
  #isGivenUp = false;

  constructor(question: Question, read: Read, answerOf: AnswerOf) {
    this.#question = question;
    this.#read = read;
    this.#answerOf = answerOf;
  }

  /** Whose answer it is: its place among those that are asked. */
  get at(): number {
    return this.#at;
  }

  /** What its value means. */
  get read(): Read {
    return this.#read;
  }

  get module(): Consulted {
    return this.#question.panel.moduleOf(this.#at);
  }

  /** Until when the module may think: ms of the monotonic clock. */
  get until(): number {
    return this.#until;
  }

  /** Whether it still waits for what comes too late, and so serves no other. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Begins to wait for what a callback promised, which was asked last. It may think as long as it is allowed to, or do so without progress. */
  expect(value: PromiseLike<unknown>, at: number, read: Read): this {
    this.#at = at;
    this.#read = read;
    this.#pieces = this.#question.progress.pieces;
    this.#until = this.#question.since + this.#timeout;
    // A promise of another make might call back at once, or twice.
    Promise.resolve(value).then(this.#fulfilled, this.#rejected);
    return this;
  }

  /** Calls back whoever waits, once for each answer: when the module has given it or was given up. */
  hear(waiting: Waiting): void {
    this.#waiting = waiting;
  }

  /**
   * Its time is over, unless there was progress. What comes later is dropped: nothing cancels a callback half way.
   * @param now ms of the monotonic clock
   */
  giveUp(now: number): void {
    const { pieces } = this.#question.progress;
    if (pieces === this.#pieces) {
      this.#isGivenUp = true;
      this.#tell({ error: new TooSlow(this.#timeout) });
    } else {
      this.#pieces = pieces;
      this.#until = now + this.#timeout;
    }
  }

  get #timeout(): number {
    return this.#question.panel.timeoutOf(this.#at);
  }

  #ended(ended: Ended): void {
    if (!this.#isGivenUp) this.#tell(ended);
  }

  #tell(ended: Ended): void {
    let answer: unknown;
    try {
      answer = this.#answerOf(this, ended);
    } catch (error) {
      return this.#waiting?.failed(error);
    }
    this.#waiting?.came(answer);
  }
}
