import type { Notifier } from '../engine/notifier.ts';
import type { Clock } from '../kernel/clock.ts';
import { MatrixError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Topic } from '../kernel/work.ts';

/** A table whose rows are work that is still to be done. */
export interface Queue<Item> {
  readonly name: string;
  /** Woken when rows are added. */
  readonly topic: Topic & `queue:${string}`;
  /** Some rows after one of them, in a fixed order; none at the end. */
  after(last: Item | undefined): Promise<readonly Item[]>;
  /** Does one item, by ordinary operations, and takes it out of the queue. What waits ends with the signal, and leaves the item there. */
  work(item: Item, signal: AbortSignal): Promise<void>;
  /** Takes an item out that was refused. */
  drop(item: Item): Promise<void>;
  /** Where items have times of their own to be tried again: how long to wait for the next one, if nobody adds another (ms). */
  wait?(): Promise<number | undefined>;
}

/** How long items that could not be done have to wait (ms). */
const RETRY = 60_000;
/** The longest that a timer can run (ms). */
const FOREVER = 2_147_483_647;

/**
 * Drains a queue in the background, one item after the other. What is refused, by the rules of a room or by a module, is logged and
 * dropped; what fails otherwise stays in the queue and is tried again.
 */
export class QueueWorker<Item extends object> {
  readonly #queue: Queue<Item>;
  readonly #notifier: Notifier;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #stopped = new AbortController();
  #draining: Promise<boolean> = Promise.resolve(true);
  #loop: Promise<void> | undefined;

  constructor(queue: Queue<Item>, { notifier, clock, log }: { readonly notifier: Notifier; readonly clock: Clock; readonly log: Log }) {
    this.#queue = queue;
    this.#notifier = notifier;
    this.#clock = clock;
    this.#log = log.child({ queue: queue.name });
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Resolves when everything that can be done was done. */
  async idle(): Promise<void> {
    await this.#drain();
  }

  /** Begins nothing more. */
  stop(): void {
    this.#stopped.abort();
  }

  /** Resolves after the item that is being done. */
  async close(): Promise<void> {
    this.stop();
    await this.#loop;
    await this.#draining;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const listening = this.#notifier.listen([this.#queue.topic], FOREVER, signal);
      const isEmpty = await this.#drain();
      const wait = await this.#waitAfter(isEmpty);
      const retry = wait === undefined ? undefined : this.#clock.after(wait, () => listening.cancel());
      await listening.woken;
      retry?.cancel();
      listening.cancel();
    }
  }

  /** @returns ms; undefined: until somebody adds something */
  async #waitAfter(isEmpty: boolean): Promise<number | undefined> {
    try {
      if (this.#queue.wait !== undefined) return await this.#queue.wait();
    } catch (error) {
      this.#log.error({ error }, 'the queue cannot be read');
      return RETRY;
    }
    return isEmpty ? undefined : RETRY;
  }

  /** One drain at a time. @returns whether nothing is left */
  #drain(): Promise<boolean> {
    this.#draining = this.#draining.then(() => this.#drainOnce());
    return this.#draining;
  }

  async #drainOnce(): Promise<boolean> {
    let isEmpty = true;
    let last: Item | undefined;
    try {
      for (let items = await this.#queue.after(last); items.length > 0; items = await this.#queue.after(last)) {
        for (const item of items) {
          if (this.#stopped.signal.aborted) return false;
          isEmpty = (await this.#try(item)) && isEmpty;
          last = item;
        }
      }
    } catch (error) {
      this.#log.error({ error }, 'the queue cannot be read');
      return false;
    }
    return isEmpty;
  }

  /** @returns false when the item is still to be done */
  async #try(item: Item): Promise<boolean> {
    try {
      await this.#queue.work(item, this.#stopped.signal);
      return true;
    } catch (error) {
      if (!isRefusal(error)) {
        this.#log.warn({ ...item, error }, 'failed; it will be tried again');
        return false;
      }
      this.#log.info({ ...item, refusal: error.message }, 'refused, and so left out');
    }
    await this.#queue.drop(item);
    return true;
  }
}

const isRefusal = (error: unknown): error is MatrixError => error instanceof MatrixError && error.status < 500 && error.status !== 429;
