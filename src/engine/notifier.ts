import type { Clock } from '../kernel/clock.ts';
import type { Committed, Database } from '../kernel/database.ts';
import type { Topic } from '../kernel/work.ts';

type Waiter = () => void;

/**
 * Wakes whoever waits for a topic. A wake-up carries no data: the woken read the store from their own position, so a lost
 * wake-up loses nothing. Waiters must register before they read.
 */
export class Notifier {
  readonly #waiters = new Map<Topic, Set<Waiter>>();
  readonly #lastChange = new Map<Topic, number>();
  readonly #clock: Clock;
  readonly #database: Pick<Database, 'durablePosition'>;
  /** Topics that were never woken since the start may have changed up to here. */
  readonly #floor: number;
  #closed = false;

  constructor(database: Pick<Database, 'durablePosition' | 'onCommit'>, clock: Clock) {
    this.#clock = clock;
    this.#database = database;
    this.#floor = database.durablePosition;
    database.onCommit((committed) => this.#committed(committed));
  }

  /** The newest stream position that clients may be told. */
  get position(): number {
    return this.#database.durablePosition;
  }

  /** False only when nothing about the topic changed after the position; spares the question to the database. */
  mayHaveChanged(topic: Topic, after: number): boolean {
    return after < (this.#lastChange.get(topic) ?? this.#floor);
  }

  /** Wakes topics for something that lives in memory (typing, presence). */
  wake(topics: Iterable<Topic>): void {
    const woken = new Set<Waiter>();
    for (const topic of topics) for (const waiter of this.#waiters.get(topic) ?? []) woken.add(waiter);
    for (const waiter of woken) waiter();
  }

  /**
   * Starts to wait for any of the topics.
   * @param timeout ms
   * @returns `woken` resolves at the first wake-up, the timeout, the signal or the server's end; call `cancel` when it is not needed any more
   */
  listen(topics: Iterable<Topic>, timeout: number, signal: AbortSignal): { readonly woken: Promise<void>; cancel(): void } {
    const list = [...topics];
    let finish: Waiter = () => undefined;
    const woken = new Promise<void>((resolve) => (finish = resolve));
    const timer = this.#clock.after(timeout, finish);
    signal.addEventListener('abort', finish);
    for (const topic of list) this.#add(topic, finish);
    if (this.#closed || signal.aborted) finish();
    const cancel = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', finish);
      for (const topic of list) this.#remove(topic, finish);
      finish();
    };
    return { woken, cancel };
  }

  /** Answers every long poll, now and from now on. */
  close(): void {
    this.#closed = true;
    this.wake(this.#waiters.keys());
  }

  #committed({ position, topics }: Committed): void {
    for (const topic of topics) this.#lastChange.set(topic, position);
    this.wake(topics);
  }

  #add(topic: Topic, waiter: Waiter): void {
    const waiters = this.#waiters.get(topic);
    if (waiters === undefined) this.#waiters.set(topic, new Set([waiter]));
    else waiters.add(waiter);
  }

  #remove(topic: Topic, waiter: Waiter): void {
    const waiters = this.#waiters.get(topic);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#waiters.delete(topic);
  }
}
