import type { ModuleProbe, ProbedCallback, ProbedResource } from '../modules/index.ts';
import { countCall, countRegistration } from './coverage.ts';
import type { CallbackFaults } from './callback-faults.ts';
import { snapshotOf } from './snapshot.ts';

/** One call of a module's callback. */
export interface SeenCall {
  readonly module: string;
  readonly callback: string;
  /** What it was given, as it was then. */
  readonly args: readonly unknown[];
  /** What it answered; undefined while it thinks, and when it threw. */
  readonly result: unknown;
  /** What it threw. */
  readonly error: unknown;
  /** How long it took; undefined while it thinks. */
  readonly microseconds: number | undefined;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Stands around every callback of every module: counts, writes down, and puts faults in their place. */
export class CallbackTap implements ModuleProbe {
  readonly calls: SeenCall[] = [];
  readonly registered: { readonly callbacks: ProbedCallback[]; readonly resources: ProbedResource[] } = { callbacks: [], resources: [] };
  readonly #faults: CallbackFaults;
  readonly #records: boolean;

  constructor(options: { readonly faults: CallbackFaults; readonly records: boolean }) {
    this.#faults = options.faults;
    this.#records = options.records;
  }

  callback(probed: ProbedCallback): ProbedCallback['call'] {
    this.registered.callbacks.push(probed);
    countRegistration(probed.module, probed.name);
    return (...args) => {
      countCall(probed.module, probed.name);
      const call = this.#faults.insteadOf(probed) ?? probed.call;
      return this.#records ? this.#record(probed, call, args) : call(...args);
    };
  }

  resource(resource: ProbedResource): void {
    this.registered.resources.push(resource);
  }

  #record({ module, name }: ProbedCallback, call: ProbedCallback['call'], args: readonly unknown[]): unknown {
    const seen: Writable<SeenCall> = {
      module,
      callback: name,
      args: args.map(snapshotOf),
      result: undefined,
      error: undefined,
      microseconds: undefined,
    };
    this.calls.push(seen);
    const began = performance.now();
    const answered = (result: unknown): unknown => {
      seen.microseconds = Math.round((performance.now() - began) * 1_000);
      seen.result = snapshotOf(result);
      return result;
    };
    const threw = (error: unknown): never => {
      seen.microseconds = Math.round((performance.now() - began) * 1_000);
      seen.error = error;
      throw error;
    };
    try {
      const value = call(...args);
      return value instanceof Promise ? value.then(answered, threw) : answered(value);
    } catch (error) {
      return threw(error);
    }
  }
}
