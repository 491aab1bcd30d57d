import type { ServerName } from '../core/identifiers.ts';
import type { CallbackName, ListenerName, Listeners, Occasion, Policy, QuestionName, Questions } from '../kernel/questions.ts';
import { CALLBACKS, type Kind } from './callbacks.ts';
import type { Consultation, Handler } from './consultation.ts';
import * as results from './results.ts';
import { Round } from './round.ts';

/** What holds when no module says otherwise, made once: without modules a question costs nothing. */
const UNASKED: Readonly<Record<Kind, Promise<unknown>>> = {
  verdict: Promise.resolve(),
  visibility: Promise.resolve(true),
  event: Promise.resolve(),
  rewrite: Promise.resolve(),
  registration: Promise.resolve('allow'),
  expiry: Promise.resolve(false),
  routes: Promise.resolve(new Map()),
  interest: Promise.resolve(new Set()),
  listener: Promise.resolve(),
};

/** Asks the modules in the order of the configuration, and makes one answer of theirs. */
export class ModuleManager implements Policy {
  readonly #serverName: ServerName;
  readonly #consultation: Consultation;
  readonly #handlers = new Map<CallbackName, Handler[]>();

  constructor(serverName: ServerName, consultation: Consultation) {
    this.#serverName = serverName;
    this.#consultation = consultation;
  }

  /** Adds a callback behind those that are there. */
  add(name: CallbackName, handler: Handler): void {
    const handlers = this.#handlers.get(name);
    if (handlers === undefined) this.#handlers.set(name, [handler]);
    else handlers.push(handler);
  }

  answers(name: CallbackName): boolean {
    return this.#handlers.has(name);
  }

  ask<Q extends QuestionName>(name: Q, occasion: Occasion, ...args: Questions[Q]['args']): Promise<Questions[Q]['answer']> {
    return this.#ask(name, occasion, args) as Promise<Questions[Q]['answer']>;
  }

  async tell<L extends ListenerName>(name: L, occasion: Occasion, ...args: Listeners[L]): Promise<void> {
    await this.#ask(name, occasion, args);
  }

  #ask(name: CallbackName, occasion: Occasion, args: readonly unknown[]): Promise<unknown> {
    const { kind } = CALLBACKS[name];
    const handlers = this.#handlers.get(name);
    if (handlers === undefined) return UNASKED[kind];
    const round = new Round(this.#consultation, handlers, name, occasion, args);
    switch (kind) {
      case 'verdict':
        return round.all((value) => results.readVerdict(round.row, value));
      case 'visibility':
        return round.first((value) => results.readVisibility(round.row, value), true);
      case 'event':
        return round.event(args as Questions['check_event_allowed']['args'], this.#serverName);
      case 'rewrite':
        return round.rewrite(args as Questions['on_create_room']['args']);
      case 'registration':
        return round.first((value) => results.readRegistration(round.row, value), 'allow');
      case 'expiry':
        return round.expiry();
      case 'routes':
        return round.routes(...(args as Questions['get_users_for_states']['args']));
      case 'interest':
        return round.interest();
      case 'listener':
        return round.all(() => ({ answer: undefined }));
    }
  }
}
