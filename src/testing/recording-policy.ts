import type { Conclusion } from '../kernel/decisions.ts';
import type { CallbackName, ListenerName, Listeners, Occasion, Policy, QuestionName, Questions } from '../kernel/questions.ts';

/** One question that the server put to its modules, or one thing that it told them. */
export interface AskedQuestion {
  readonly callback: CallbackName;
  /** On whose behalf, and in the course of which operation. */
  readonly occasion: Occasion;
}

/** Writes down what the modules are asked and told, whether any of them answers or not. */
export class RecordingPolicy implements Policy {
  readonly #modules: Policy;
  readonly asked: AskedQuestion[] = [];

  constructor(modules: Policy) {
    this.#modules = modules;
  }

  /** The server never leaves a question out. */
  answers(): boolean {
    return true;
  }

  loginTypes(): ReadonlyMap<string, readonly string[]> {
    return this.#modules.loginTypes();
  }

  ask<Q extends QuestionName>(callback: Q, occasion: Occasion, ...args: Questions[Q]['args']): Promise<Questions[Q]['answer']> {
    this.asked.push({ callback, occasion });
    return this.#modules.ask(callback, occasion, ...args);
  }

  async tell<L extends ListenerName>(callback: L, occasion: Occasion, ...args: Listeners[L]): Promise<void> {
    this.asked.push({ callback, occasion });
    await this.#modules.tell(callback, occasion, ...args);
  }

  conclude(occasion: Occasion, conclusion: Conclusion): void {
    this.#modules.conclude(occasion, conclusion);
  }
}
