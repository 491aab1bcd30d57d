import type { Leave } from '../kernel/question-values.ts';
import type { Log } from '../kernel/log.ts';
import { show, Unusable, type Reading } from './results.ts';

type Callback = (...args: readonly unknown[]) => unknown;

/** What a generator looks like, asynchronous or not, in this thread or in another. */
interface Steps {
  next(): unknown;
  return?(value: undefined): unknown;
}

const hasSteps = (value: unknown): value is Steps =>
  typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'function';

/** on_update of one module: a number, or a generator that yields one and goes on behind it when the portion is over. */
export class Leaves {
  readonly #log: Log;
  /** The module is going: whoever waits for it waits no more. */
  readonly end: () => void;
  readonly #ended: Promise<undefined>;

  /** @param log of the module */
  constructor(log: Log) {
    this.#log = log;
    let end = (): void => undefined;
    this.#ended = new Promise((resolve) => (end = () => resolve(undefined)));
    this.end = end;
  }

  /** The callback as it is asked: it answers with a leave. */
  givenBy(callback: Callback): Callback {
    return async (...args) => {
      const given = this.#begun(callback, args);
      // Nobody waits any more for what comes too late, so it is over at once.
      given.then(
        (leave) => setImmediate(() => void (leave.isTaken || leave.end())),
        () => undefined,
      );
      return (await Promise.race([given, this.#ended])) ?? GONE;
    };
  }

  async #begun(callback: Callback, args: readonly unknown[]): Promise<GivenLeave> {
    const answer = await callback(...args);
    if (!hasSteps(answer)) return new GivenLeave(answer, () => undefined);
    const { value } = (await answer.next()) as IteratorResult<unknown>;
    return new GivenLeave(value, () => this.#goOn(answer));
  }

  async #goOn(steps: Steps): Promise<void> {
    try {
      const next = Promise.resolve(steps.next()) as Promise<IteratorResult<unknown>>;
      const step = await Promise.race([next, this.#ended]);
      if (step?.done === false) await steps.return?.(undefined);
    } catch (error) {
      this.#log.warn({ error, callback: 'on_update' }, 'on_update failed after a portion');
    }
  }
}

class GivenLeave {
  readonly value: unknown;
  /** Whether the server knows of it. */
  isTaken = false;
  readonly #goOn: () => unknown;
  #over: Promise<void> | undefined;

  constructor(value: unknown, goOn: () => unknown) {
    this.value = value;
    this.#goOn = goOn;
  }

  end(): Promise<void> {
    this.#over ??= Promise.resolve(this.#goOn()).then(() => undefined);
    return this.#over;
  }
}

const GONE: Leave = Object.freeze({ ms: 0, isVoid: true, end: () => Promise.resolve() });

/** @throws Unusable */
export function readLeave(value: unknown): Reading {
  if (value === GONE) return { answer: GONE };
  const leave = value instanceof GivenLeave ? value : new GivenLeave(value, () => undefined);
  const { value: ms } = leave;
  if (typeof ms !== 'number' || !(ms > 0)) throw new Unusable(`answered ${show(ms)}, which is no time for a portion (ms)`);
  leave.isTaken = true;
  return { answer: { ms, isVoid: false, end: () => leave.end() } satisfies Leave };
}

/** default_batch_size, min_batch_size: a number of rows. @throws Unusable */
export function readBatchSize(value: unknown): Reading {
  if (typeof value !== 'number' || !(value >= 1)) throw new Unusable(`answered ${show(value)}, which is no number of rows`);
  return { answer: Math.floor(value) };
}
