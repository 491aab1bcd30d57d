import type { CallbackName } from '../kernel/questions.ts';

/** A callback as a module registered it. */
export interface ProbedCallback {
  readonly module: string;
  readonly name: CallbackName;
  /** What holds when it fails. */
  readonly onError: 'deny' | 'allow';
  /** How long it may think, in ms. */
  readonly timeout: number;
  readonly call: (...args: readonly unknown[]) => unknown;
}

/** Stands between the server and its modules, where the test kit watches and disturbs them. */
export interface ModuleProbe {
  /** @returns what is called in the place of the callback */
  callback(callback: ProbedCallback): ProbedCallback['call'];
}
