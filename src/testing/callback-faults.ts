import type { Clock } from '../kernel/clock.ts';
import { sleep } from '../kernel/clock.ts';
import type { CallbackName } from '../kernel/questions.ts';
import type { ProbedCallback } from '../modules/index.ts';

/**
 * How a callback can go wrong. `throw`: it throws; `hang`: it answers, but after its deadline; `never-settle`: it does not answer at all;
 * `wrong-shape`: what it answers means nothing.
 */
export type CallbackFault = 'throw' | 'hang' | 'never-settle' | 'wrong-shape';

/** What no callback can mean. */
const NONSENSE = 42;

/** Which callbacks are broken. */
export class CallbackFaults {
  readonly #broken: { readonly name: CallbackName; readonly module: string | undefined; readonly fault: CallbackFault; readonly value: unknown }[] =
    [];
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
    return () => {
      const at = this.#broken.indexOf(entry);
      if (at >= 0) this.#broken.splice(at, 1);
    };
  }

  /** What is called in the place of a callback; undefined when it is whole. */
  insteadOf({ name, module, call, timeout }: ProbedCallback): ProbedCallback['call'] | undefined {
    const broken = this.#broken.find((one) => one.name === name && (one.module === undefined || one.module === module));
    if (broken === undefined) return undefined;
    this.calls += 1;
    switch (broken.fault) {
      case 'throw':
        return () => {
          throw new Error(`${name} was broken by the test`);
        };
      case 'wrong-shape':
        return () => broken.value;
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
