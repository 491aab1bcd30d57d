import { Owed } from './owed.ts';
import type { Patience } from './patience.ts';

/**
 * A question on its way round the modules: it yields what asking one module gave, which may be owed, and receives the answer. A refusal ends it.
 * As long as modules answer at once it needs no promise, and of one that answers later no more than the callback's own.
 */
export type Way<T> = Generator<unknown, T, unknown>;

/** The same, for whoever only goes it. */
export type Steps<T> = Pick<Way<T>, 'next'>;

/** Goes to the end of a way. @param patience for the deadlines @returns what comes of it; rejects with a module's refusal or failure */
export function go<T>(way: Steps<T>, patience: Patience): Promise<T> {
  try {
    const step = walk(way, undefined);
    if (step.done === true) return Promise.resolve(step.value);
    return new Promise((resolve, reject) => new Wait(way, patience, resolve, reject).waitFor(step.value as Owed));
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Goes on as far as answers are there. @returns the end, or what is owed */
function walk<T>(way: Steps<T>, answer: unknown): IteratorResult<unknown, T> {
  let step = way.next(answer);
  while (step.done !== true && !(step.value instanceof Owed)) step = way.next(step.value);
  return step;
}

/** A way that has come to somebody who answers later. */
class Wait<T> {
  readonly #way: Steps<T>;
  readonly #patience: Patience;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  #owed: Owed | undefined;

  constructor(way: Steps<T>, patience: Patience, resolve: (value: T) => void, reject: (error: unknown) => void) {
    this.#way = way;
    this.#patience = patience;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  waitFor(owed: Owed): void {
    if (owed === this.#owed) return this.#patience.hurry(owed);
    this.#forget();
    this.#owed = owed;
    owed.hear(this);
    this.#patience.waitFor(owed);
  }

  came(answer: unknown): void {
    try {
      const step = walk(this.#way, answer);
      if (step.done !== true) return this.waitFor(step.value as Owed);
      this.#forget();
      this.#resolve(step.value);
    } catch (error) {
      this.failed(error);
    }
  }

  failed(error: unknown): void {
    this.#forget();
    this.#reject(error);
  }

  #forget(): void {
    if (this.#owed !== undefined) this.#patience.forget(this.#owed);
  }
}
