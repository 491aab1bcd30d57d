import type { ServerName } from '../core/identifiers.ts';
import type { Conclusion } from '../kernel/decisions.ts';
import type { CallbackName, ListenerName, Listeners, Occasion, Policy, QuestionName, Questions } from '../kernel/questions.ts';
import { CALLBACKS } from './callbacks.ts';
import type { Consultation } from './consultation.ts';
import type { Handler } from './handler.ts';
import type { Panel } from './panel.ts';
import { Round } from './round.ts';

/** One callback that a module registered. */
export interface RegisteredCallback {
  readonly name: CallbackName;
  readonly handler: Handler;
}

/** Asks the modules in the order of the configuration, and makes one answer of theirs. */
export class ModuleManager implements Policy {
  readonly #serverName: ServerName;
  readonly #consultation: Consultation;
  #panels: ReadonlyMap<CallbackName, Panel> = new Map();

  constructor(serverName: ServerName, consultation: Consultation) {
    this.#serverName = serverName;
    this.#consultation = consultation;
  }

  /** From now on asks these, in this order. Questions that are on their way go on to whom they were meant for. */
  use(callbacks: readonly RegisteredCallback[]): void {
    const handlers = new Map<CallbackName, Handler[]>();
    for (const { name, handler } of callbacks) handlers.set(name, [...(handlers.get(name) ?? []), handler]);
    this.#panels = new Map([...handlers].map(([name, those]) => [name, this.#consultation.panel(name, those)]));
  }

  answers(name: CallbackName): boolean {
    return this.#panels.has(name);
  }

  loginTypes(): ReadonlyMap<string, readonly string[]> {
    const types = new Map<string, readonly string[]>();
    for (const { login, module } of this.#panels.get('auth_checkers')?.handlers ?? []) {
      // A module in shadow mode lets nobody in.
      if (login !== undefined && !module.shadow) types.set(login.type, [...new Set([...(types.get(login.type) ?? []), ...login.fields])]);
    }
    return types;
  }

  ask<Q extends QuestionName>(name: Q, occasion: Occasion, ...args: Questions[Q]['args']): Promise<Questions[Q]['answer']> {
    return this.#ask(name, occasion, args) as Promise<Questions[Q]['answer']>;
  }

  async tell<L extends ListenerName>(name: L, occasion: Occasion, ...args: Listeners[L]): Promise<void> {
    await this.#ask(name, occasion, args);
  }

  conclude(occasion: Occasion, conclusion: Conclusion): void {
    if (this.#panels.size > 0) this.#consultation.conclude(occasion, conclusion);
  }

  #ask(name: CallbackName, occasion: Occasion, args: readonly unknown[]): Promise<unknown> {
    const callback = CALLBACKS[name];
    const panel = this.#panels.get(name);
    if (panel === undefined) return callback.combination.unasked;
    const round = new Round(this.#consultation, panel, { name, presentation: callback, occasion, args }, this.#serverName);
    return this.#consultation.go(callback.combination.run(round));
  }
}
