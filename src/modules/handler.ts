import type { Log } from '../kernel/log.ts';

/** A module as those see it who ask it. */
export class Consulted {
  readonly name: string;
  readonly shadow: boolean;
  readonly log: Log;
  /** In shadow mode: how many questions it is thinking about. */
  unfinished = 0;

  constructor(name: string, shadow: boolean, log: Log) {
    this.name = name;
    this.shadow = shadow;
    this.log = log;
  }
}

/** Runs in the module's place. */
export type Callback = (...args: readonly unknown[]) => unknown;

/** One callback of one module. */
export interface Handler {
  readonly module: Consulted;
  readonly callback: Callback;
  /** How long it may think, in ms. */
  readonly timeout: number;
  /** What holds when it fails. */
  readonly onError: 'deny' | 'allow';
  /** Of auth_checkers: what it checks. */
  readonly login?: { readonly type: string; readonly fields: readonly string[] };
}
