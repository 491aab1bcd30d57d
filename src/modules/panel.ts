import type { Callback, Consulted, Handler } from './handler.ts';

/**
 * Whom a question is put to, in order. What every question needs of every module lies in columns: fetched from each module's own place in memory,
 * it would cost a message more than what the modules do.
 */
export class Panel {
  readonly handlers: readonly Handler[];
  /** The places of all, in order. */
  readonly places: readonly number[];
  readonly #callbacks: readonly Callback[];
  readonly #modules: readonly Consulted[];
  readonly #timeouts: readonly number[];
  readonly #accounts: readonly number[];
  readonly #hasShadows: boolean;

  /** @param accounts where the calls of each are counted: see ModuleMetrics */
  constructor(handlers: readonly Handler[], accounts: readonly number[]) {
    this.handlers = handlers;
    this.places = [...handlers.keys()];
    this.#callbacks = handlers.map(({ callback }) => callback);
    this.#modules = handlers.map(({ module }) => module);
    this.#timeouts = handlers.map(({ timeout }) => timeout);
    this.#accounts = accounts;
    this.#hasShadows = this.#modules.some(({ shadow }) => shadow);
  }

  get size(): number {
    return this.places.length;
  }

  callbackOf(at: number): Callback {
    return this.#callbacks[at] as Callback;
  }

  moduleOf(at: number): Consulted {
    return this.#modules[at] as Consulted;
  }

  /** How long it may think, in ms. */
  timeoutOf(at: number): number {
    return this.#timeouts[at] as number;
  }

  accountOf(at: number): number {
    return this.#accounts[at] as number;
  }

  isShadow(at: number): boolean {
    return this.#hasShadows && this.moduleOf(at).shadow;
  }
}
