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
  /** Of auth_checkers: the login type that it checks, and the fields that it wants. */
  readonly login?: { readonly type: string; readonly fields: readonly string[] } | undefined;
}

/** A web resource as a module registered it. */
export interface ProbedResource {
  readonly module: string;
  readonly path: string;
}

/** Stands between the server and its modules, where the test kit watches and disturbs them. */
export interface ModuleProbe {
  /** @returns what is called in the place of the callback */
  callback(callback: ProbedCallback): ProbedCallback['call'];
  resource(resource: ProbedResource): void;
}
