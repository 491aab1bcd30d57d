import { randomUUID } from 'node:crypto';
import { stringAt } from '../core/json.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Conclusion, Decision, DecisionLog, Outcome } from '../kernel/decisions.ts';
import { MatrixError } from '../kernel/errors.ts';
import { runAsModuleFrom } from '../kernel/place-of-work.ts';
import type { CallbackName, Occasion } from '../kernel/questions.ts';
import { Asked, type Question } from './asked.ts';
import { Breakers } from './breakers.ts';
import type { Callback, Consulted, Handler } from './handler.ts';
import type { ModuleMetrics } from './module-metrics.ts';
import { Owed, type Ended } from './owed.ts';
import { Panel } from './panel.ts';
import { Patience } from './patience.ts';
import { ALLOWED, show, type Read, type Reading } from './results.ts';
import { go, type Steps, type Way } from './way.ts';

/** Questions that a module in shadow mode thinks about at once: nobody waits for it, so nothing else would hold them up. */
const MOST_IN_SHADOW = 1_000;

export interface ConsultationServices {
  readonly clock: Clock;
  readonly decisions: DecisionLog;
  readonly metrics: ModuleMetrics;
  /** Whether who is refused is told the id of the incident. */
  readonly tellsIncidents: boolean;
}

/** Asks single modules, and answers for them when they fail: deadlines, breaker, failure policy, decision trail and numbers. */
export class Consultation {
  readonly #services: ConsultationServices;
  readonly #now: () => number;
  readonly #patience: Patience;
  readonly #breakers: Breakers;
  readonly #unfinished = new Set<Promise<unknown>>();
  /** Operations that go on, about which something stands in the trail. */
  readonly #decided = new WeakSet<Occasion>();
  /** Operations that have ended while modules in shadow mode may still think about them. */
  readonly #ended = new WeakMap<Occasion, Conclusion>();

  constructor(services: ConsultationServices) {
    this.#services = services;
    this.#now = () => services.clock.now();
    this.#patience = new Patience(services.clock);
    this.#breakers = new Breakers(services.clock, services.metrics);
  }

  /** Those who have a callback, in order. */
  panel(name: CallbackName, handlers: readonly Handler[]): Panel {
    return new Panel(
      handlers,
      handlers.map(({ module }) => this.#services.metrics.accountOf(module, name)),
    );
  }

  /** Begins a question: its time runs. */
  begin(question: Question, panel: Panel): Asked {
    return new Asked(question, panel, this.#services.clock);
  }

  /** Asks modules one after the other, each within its time. @returns what comes of it @throws as `ask` */
  go<T>(way: Steps<T>): Promise<T> {
    return go(way, this.#patience);
  }

  /**
   * Asks one module.
   * @param at its place among those that are asked
   * @param read what its value means; throws Unusable
   * @returns its answer, or what is owed where the module answers later; undefined when it has none, failed without effect, or runs in shadow mode
   * @throws the MatrixError of its refusal, or of its failure where its policy is to deny
   */
  ask(asked: Asked, at: number, callback: Callback, args: readonly unknown[], read: Read): unknown {
    return asked.panel.isShadow(at) ? this.#askShadow(asked, at, callback, args, read) : this.#ask(asked, at, callback, args, read);
  }

  /** Nobody waits for a module in shadow mode, unless what it looks at would be gone. */
  #askShadow(asked: Asked, at: number, callback: Callback, args: readonly unknown[], read: Read): Owed | undefined {
    const module = asked.panel.moduleOf(at);
    if (module.unfinished >= MOST_IN_SHADOW) {
      this.#services.metrics.decided(module, asked.question.name, 'parked');
      return undefined;
    }
    const answer = this.#ask(asked.apart(), at, callback, args, read);
    // Its time is its own, and no part of the next one's.
    asked.lap();
    if (!(answer instanceof Owed)) return undefined;
    module.unfinished += 1;
    const forget = (): void => {
      module.unfinished -= 1;
      this.#unfinished.delete(unfinished);
    };
    const unfinished: Promise<void> = this.go(just(answer)).then(forget, forget);
    this.#unfinished.add(unfinished);
    return asked.question.presentation.borrows ? new Owed(asked, read, () => undefined).expect(unfinished, at, read) : undefined;
  }

  /** Until when the module is parked, in ms since the epoch; undefined when it is asked. */
  parkedUntil(module: Consulted): number | undefined {
    return this.#breakers.parkedUntil(module);
  }

  /** Whether somebody waits for an answer of the module. */
  waitsFor(module: Consulted): boolean {
    return this.#patience.waitsFor(module);
  }

  /** The module has ended. */
  forget(module: Consulted): void {
    this.#breakers.forget(module);
  }

  /** Resolves when the modules in shadow mode have answered what they were asked so far. */
  async idle(): Promise<void> {
    while (this.#unfinished.size > 0) await Promise.all(this.#unfinished);
  }

  /** Says what came of an operation; of one about which nothing is in the trail it is of no interest. */
  conclude(occasion: Occasion, conclusion: Conclusion): void {
    if (this.#decided.delete(occasion)) this.#conclude(occasion, conclusion);
    else if (this.#unfinished.size > 0) this.#ended.set(occasion, conclusion);
  }

  #ask(asked: Asked, at: number, callback: Callback, args: readonly unknown[], read: Read): unknown {
    const module = asked.panel.moduleOf(at);
    if (!this.#breakers.admits(module)) {
      return this.#failed(asked, at, 'parked', new Error('is parked after repeated failures'), 0);
    }
    let outcome: Reading | Error;
    try {
      const value = runAsModuleFrom(asked.place, module, callback, args);
      if (isPromise(value)) return this.#later(asked, at, value, read);
      outcome = read(value);
    } catch (error) {
      outcome = thrown(error, asked);
    }
    return this.#came(asked, at, outcome);
  }

  #later(asked: Asked, at: number, value: PromiseLike<unknown>, read: Read): Owed {
    if (asked.owed?.isGivenUp !== false) {
      asked.owed = new Owed(asked, read, (owed, ended) => this.#came(asked, owed.at, readingOf(ended, owed.read, asked)));
    }
    return asked.owed.expect(value, at, read);
  }

  /** @returns the module's answer. @throws as `ask` */
  #came(asked: Asked, at: number, outcome: Reading | Error): unknown {
    const ms = asked.lap();
    this.#services.metrics.called(asked.panel.accountOf(at), ms);
    // What nearly every module says of nearly every message: what is there to do is done.
    if (outcome === ALLOWED && this.#breakers.areIdle && this.#services.decisions.traces === undefined) return undefined;
    return this.#weighed(asked, at, outcome, ms);
  }

  /** @returns the module's answer. @throws as `ask` */
  #weighed(asked: Asked, at: number, outcome: Reading | Error, ms: number): unknown {
    const module = asked.panel.moduleOf(at);
    if (outcome instanceof Error) {
      this.#breakers.failed(module);
      return this.#failed(asked, at, 'failed', outcome, ms);
    }
    this.#breakers.worked(module);
    if ('answer' in outcome) {
      if (outcome.remark !== undefined) this.#record(module, asked, { outcome: outcome.remark, said: outcome.said ?? show(outcome.answer), ms });
      else this.#trace(module, asked, ms);
      return module.shadow ? undefined : outcome.answer;
    }
    const { errcode, message, fields } = outcome.refusal;
    const incident = newIncident();
    this.#record(module, asked, { outcome: 'refused', said: `${errcode} ${stringAt(fields, 'error') ?? message}`, ms, incident });
    return this.#refuse(module, outcome.refusal, incident);
  }

  /** @throws the error, for whoever asked; nothing comes of it in shadow mode */
  #refuse(module: Consulted, error: MatrixError, incident: string): undefined {
    if (module.shadow) return undefined;
    if (!this.#services.tellsIncidents) throw error;
    throw new MatrixError(error.status, error.errcode, error.message, { ...error.fields, [INCIDENT_FIELD]: incident });
  }

  /** @throws MatrixError with nothing but an incident's id, where the failure is to deny */
  #failed(asked: Asked, at: number, outcome: 'failed' | 'parked', error: Error, ms: number): undefined {
    const { module, onError } = asked.panel.handlers[at] as Handler;
    const incident = newIncident();
    this.#record(module, asked, { outcome, said: error.message, ms, incident, error });
    if (asked.question.presentation.contained || onError === 'allow') return undefined;
    return this.#refuse(module, new MatrixError(500, 'M_UNKNOWN', `Internal server error (incident ${incident})`), incident);
  }

  #record(module: Consulted, asked: Asked, happened: Happened): void {
    const { error, incident, ...what } = happened;
    const decision = this.#note(module, asked, { ...what, incident });
    this.#services.metrics.decided(module, asked.question.name, happened.outcome);
    const text = `${module.name} ${module.shadow ? 'would have ' : ''}${VERBS[happened.outcome]} (${asked.question.name})`;
    if (error === undefined) module.log.info(decision, text);
    else if (happened.outcome === 'failed') module.log.error({ ...decision, error }, text);
    else module.log.warn(decision, text);
  }

  /** What a module had nothing against is noted only where a trace is on: otherwise it is but a number. */
  #trace(module: Consulted, asked: Asked, ms: number): void {
    const traces = this.#services.decisions.traces;
    if (traces?.covers(module.name, asked.question.occasion, asked.subject) === true) {
      this.#note(module, asked, { outcome: 'allowed', said: '', ms, incident: undefined });
    }
  }

  #note(module: Consulted, asked: Asked, what: Pick<Decision, 'outcome' | 'said' | 'ms' | 'incident'>): Decision {
    const { occasion, name: callback } = asked.question;
    const decision = { at: this.#now(), module: module.name, callback, ...what, occasion, subject: asked.subject, shadow: module.shadow };
    this.#services.decisions.record(decision);
    const ended = this.#ended.get(occasion);
    if (ended === undefined) this.#decided.add(occasion);
    else if (this.#ended.delete(occasion)) this.#conclude(occasion, ended);
    return decision;
  }

  #conclude(occasion: Occasion, conclusion: Conclusion): void {
    this.#services.decisions.conclude({ at: this.#now(), occasion, ...conclusion });
  }
}

interface Happened {
  readonly outcome: Exclude<Outcome, 'allowed'>;
  readonly said: string;
  readonly ms: number;
  readonly incident?: string;
  readonly error?: Error;
}

/** By which who is refused can name what happened to an administrator. */
const INCIDENT_FIELD = 'org.plexus.incident';

const newIncident = (): string => randomUUID().slice(0, 8);

const VERBS: Readonly<Record<Exclude<Outcome, 'allowed'>, string>> = {
  refused: 'refused',
  replaced: 'replaced what it was asked about',
  answered: 'gave an answer with an effect',
  failed: 'failed',
  parked: 'was not asked',
};

function* just(answer: Owed): Way<unknown> {
  return yield answer;
}

/** What the callback's value means, or the error in which it failed. */
function readingOf(ended: Ended, read: Read, asked: Asked): Reading | Error {
  if ('error' in ended) return thrown(ended.error, asked);
  try {
    return read(ended.value);
  } catch (error) {
    return thrown(error, asked);
  }
}

/** A MatrixError refuses, unless nothing that goes wrong in the callback may have an effect. */
function thrown(error: unknown, { question: { presentation } }: Asked): Reading | Error {
  if (error instanceof MatrixError && !presentation.contained) return { refusal: error };
  return error instanceof Error ? error : new Error(`threw ${show(error)}`);
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
