/** Runs tasks a few at a time, in order, and turns more away once too many wait. */
export class BoundedQueue {
  readonly #atOnce: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: { readonly atOnce: number; readonly maxWaiting: number }) {
    this.#atOnce = options.atOnce;
    this.#maxWaiting = options.maxWaiting;
  }

  get isFull(): boolean {
    return this.#running >= this.#atOnce && this.#waiting.length >= this.#maxWaiting;
  }

  get isIdle(): boolean {
    return this.#running === 0;
  }

  /** @throws what the task throws; Error when the queue is full (ask `isFull` before) */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.isFull) throw new Error('The queue is full');
    if (this.#running >= this.#atOnce) await new Promise<void>((start) => this.#waiting.push(start));
    else this.#running++;
    try {
      return await task();
    } finally {
      // The place goes to the next one directly, so that nobody who comes later can take it.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
