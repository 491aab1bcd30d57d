import type { Clock } from '../kernel/clock.ts';
import { sleep } from '../kernel/clock.ts';
import type { CallbackName } from '../kernel/questions.ts';
import type { ProbedCallback } from '../modules/index.ts';

/**
 * How a callback can go wrong. `throw`: it throws; `hang`: it answers, but after its deadline; `never-settle`: it does not answer at all;
 * `wrong-shape`: what it answers means nothing.
 */
export type CallbackFault = 'throw' | 'hang' | 'never-settle' | 'wrong-shape';

/** A call of a callback that waits. */
export interface HeldCallback {
  /** Resolves once the callback is asked. */
  readonly asked: Promise<void>;
  /** Lets it answer. */
  release(): void;
}

/** A callback of one module, or of all of them. */
interface Target {
  readonly name: CallbackName;
  readonly module: string | undefined;
}
interface Broken extends Target {
  readonly fault: CallbackFault;
  readonly value: unknown;
}
interface Held extends Target {
  readonly asked: () => void;
  readonly released: Promise<void>;
}

/** What no callback can mean. */
const NONSENSE = -1;

/** Which callbacks are broken, and which are to wait. */
export class CallbackFaults {
  readonly #broken: Broken[] = [];
  readonly #held: Held[] = [];
  readonly #clock: Clock;
  /** How many callbacks are thinking beyond all measure. */
  #hanging = 0;
  /** How often a broken callback was called. */
  calls = 0;
  /** In ms, of those that hang. */
  longestDeadline = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isHanging(): boolean {
    return this.#hanging > 0;
  }

  /** @returns mends it */
  break(
    name: CallbackName,
    fault: CallbackFault,
    { module, value = NONSENSE }: { readonly module?: string; readonly value?: unknown } = {},
  ): () => void {
    const entry = { name, module, fault, value };
    this.#broken.push(entry);
    return () => void take(this.#broken, (one) => one === entry);
  }

  /** Lets its next call wait. */
  hold(name: CallbackName, module: string | undefined): HeldCallback {
    let [asked, release] = [nothing, nothing];
    const held = new Promise<void>((resolve) => (asked = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    this.#held.push({ name, module, asked, released });
    return { asked: held, release };
  }

  /** What is called in the place of a callback; undefined when it is whole. */
  insteadOf(callback: ProbedCallback): ProbedCallback['call'] | undefined {
    const isIt = ({ name, module }: Target): boolean => name === callback.name && (module === undefined || module === callback.module);
    const held = take(this.#held, isIt);
    if (held !== undefined) {
      held.asked();
      return (...args) => held.released.then(() => callback.call(...args));
    }
    const broken = this.#broken.find(isIt);
    if (broken === undefined) return undefined;
    this.calls += 1;
    return this.#fault(broken, callback);
  }

  #fault({ fault, value }: Broken, { name, call, timeout }: ProbedCallback): ProbedCallback['call'] {
    switch (fault) {
      case 'throw':
        return () => {
          throw new Error(`${name} was broken by the test`);
        };
      case 'wrong-shape':
        return () => value;
      case 'never-settle':
        return () => this.#hang(new Promise(() => undefined), timeout);
      case 'hang':
        return (...args) =>
          this.#hang(
            sleep(this.#clock, 2 * timeout).then(() => call(...args)),
            timeout,
          );
    }
  }

  /** Until the deadline is over, the server waits. */
  #hang<T>(late: Promise<T>, timeout: number): Promise<T> {
    this.#hanging += 1;
    this.longestDeadline = Math.max(this.longestDeadline, timeout);
    this.#clock.after(timeout, () => (this.#hanging -= 1));
    return late;
  }
}

function take<T>(all: T[], fits: (one: T) => boolean): T | undefined {
  const at = all.findIndex(fits);
  return at < 0 ? undefined : all.splice(at, 1)[0];
}

const nothing = (): void => undefined;
