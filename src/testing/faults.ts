import { CALLBACKS } from '../modules/callbacks.ts';
import { listening, rewrite } from '../modules/combinations.ts';
import type { Decision } from '../kernel/decisions.ts';
import type { CallbackName } from '../kernel/questions.ts';
import type { CallbackFault, CallbackFaults, HeldCallback } from './callback-faults.ts';
import type { ProbedCallback } from '../modules/index.ts';
import type { CallbackTap } from './callback-tap.ts';
import { RequestFailed } from './errors.ts';
import type { FakeClock } from './fake-clock.ts';
import type { FaultyDatabase } from './faulty-database.ts';

export interface FaultOptions {
  /** Of which module; of all by default. */
  readonly module?: string;
  /** What a callback of the wrong shape answers; -1 by default. */
  readonly value?: unknown;
}

export interface FaultParts {
  readonly callbacks: CallbackFaults;
  readonly database: FaultyDatabase;
  readonly tap: CallbackTap;
  readonly decisions: readonly Decision[];
  readonly clock: FakeClock | undefined;
}

/** Breaks what a server stands on, to see that it does what was declared. */
export class Faults {
  readonly #parts: FaultParts;

  constructor(parts: FaultParts) {
    this.#parts = parts;
  }

  /**
   * Breaks a callback from now on.
   * @returns mends it
   * @throws Error when no module has it
   */
  callback(name: CallbackName, fault: CallbackFault, options: FaultOptions = {}): () => void {
    this.#registered(name, options);
    return this.#parts.callbacks.break(name, fault, options);
  }

  /**
   * Holds the next call of a callback, so that a test can do something while the module thinks. Its deadline goes on.
   * @throws Error when no module has it
   */
  hold(name: CallbackName, options: Pick<FaultOptions, 'module'> = {}): HeldCallback {
    this.#registered(name, options);
    return this.#parts.callbacks.hold(name, options.module);
  }

  /** The next writes find the database locked by another program: they fail with 500. */
  databaseBusy(times = 1): void {
    this.#parts.database.lock(times);
  }

  /** From now on the disk is full: what wants to be stored fails with 507, and leaves nothing behind. @returns makes room */
  diskFull(): () => void {
    return this.#parts.database.fill();
  }

  /**
   * Breaks a callback, does something that has occasion for it, and checks that what comes of it is what the module's `on_error` says: with
   * `deny` the request is refused with 500 M_UNKNOWN and an incident of the trail; with `allow`, and where a callback only listens, it succeeds.
   * With a fake clock deadlines pass at once.
   * @throws Error when it is otherwise, or the callback was not asked
   */
  async expectPolicy(name: CallbackName, fault: CallbackFault, act: () => Promise<unknown>, options: FaultOptions = {}): Promise<void> {
    const { onError } = this.#registered(name, options);
    const since = this.#parts.decisions.length;
    const calls = this.#parts.callbacks.calls;
    const mend = this.callback(name, fault, options);
    const failure = await this.through(act).finally(mend);
    if (this.#parts.callbacks.calls === calls) throw new Error(`${name} was not asked`);
    const failed = this.#parts.decisions.slice(since).filter(({ callback, outcome }) => callback === name && outcome === 'failed');
    if (failed.length === 0 && !isHarmless(name, fault)) throw new Error(`${name} is not in the decision trail as failed`);
    const denies = onError === 'deny' && !CALLBACKS[name].contained && !isHarmless(name, fault);
    if (!denies && failure !== undefined)
      throw new Error(`${name} failed, which should have had no effect, but: ${String(failure)}`, { cause: failure });
    if (denies && !isIncident(failure, failed)) throw new Error(`${name} failed and should have denied with its incident, but: ${String(failure)}`);
  }

  /** Does something while deadlines pass. @returns what it failed with */
  async through(act: () => Promise<unknown>): Promise<Error | undefined> {
    const { callbacks, clock } = this.#parts;
    const acting = { isOver: false };
    const done = act()
      .then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      )
      .finally(() => (acting.isOver = true));
    if (clock === undefined) return done;
    while (!acting.isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      if (callbacks.isHanging) await clock.advance(callbacks.longestDeadline);
    }
    return done;
  }

  #registered(name: CallbackName, { module }: FaultOptions): ProbedCallback {
    const found = this.#parts.tap.registered.callbacks.findLast((one) => one.name === name && (module === undefined || one.module === module));
    if (found === undefined) throw new Error(`${module ?? 'No module'} has ${module === undefined ? '' : 'no '}${name}`);
    return found;
  }
}

/** Of some callbacks it does not matter what they answer: having been called is all. */
export function isHarmless(name: CallbackName, fault: CallbackFault): boolean {
  const { combination } = CALLBACKS[name];
  return fault === 'wrong-shape' && (combination === listening || combination === rewrite || name === 'on_legacy_send_mail');
}

/** Whether a request was refused with nothing but the id of one of these failures. */
export const isIncident = (failure: unknown, failed: readonly Decision[]): boolean =>
  failure instanceof RequestFailed &&
  failure.status === 500 &&
  failure.errcode === 'M_UNKNOWN' &&
  failed.some(({ incident }) => incident !== undefined && String(failure.body['error']).includes(incident));
