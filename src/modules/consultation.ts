import { randomUUID } from 'node:crypto';
import { stringAt } from '../core/json.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Conclusion, Decision, DecisionLog, Outcome, Subject } from '../kernel/decisions.ts';
import { MatrixError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { runAsModuleFrom, type Place } from '../kernel/place-of-work.ts';
import type { CallbackName, Occasion } from '../kernel/questions.ts';
import { Breaker } from './breaker.ts';
import type { ModuleMetrics } from './module-metrics.ts';
import { Owed, type Ended } from './owed.ts';
import { Patience } from './patience.ts';
import type { Presentation } from './presentation.ts';
import type { Progress } from './progress.ts';
import { show, type Reading } from './results.ts';
import { Stopwatch } from './stopwatch.ts';
import { go, type Way } from './way.ts';

type Read = (value: unknown) => Reading;

/** Questions that a module in shadow mode thinks about at once: nobody waits for it, so nothing else would hold them up. */
const MOST_IN_SHADOW = 1_000;

/** A module as the manager sees it. */
export class Consulted {
  readonly name: string;
  readonly shadow: boolean;
  readonly log: Log;
  /** Undefined as long as it works. */
  breaker: Breaker | undefined;
  /** How many questions it is thinking about. */
  open = 0;

  constructor(name: string, shadow: boolean, log: Log) {
    this.name = name;
    this.shadow = shadow;
    this.log = log;
  }
}

/** One callback of one module. */
export interface Handler {
  readonly module: Consulted;
  /** Runs in the module's place. */
  readonly callback: (...args: readonly unknown[]) => unknown;
  /** How long it may think, in ms. */
  readonly timeout: number;
  /** What holds when it fails. */
  readonly onError: 'deny' | 'allow';
  /** Of auth_checkers: what it checks. */
  readonly login?: { readonly type: string; readonly fields: readonly string[] };
}

/** One question while it goes round the modules. */
export interface Asked {
  readonly name: CallbackName;
  readonly presentation: Pick<Presentation, 'contained' | 'borrows'>;
  readonly occasion: Occasion;
  readonly progress: Progress;
  /** Where whoever asks stands. */
  readonly place: Place;
  /** Runs since the module before has answered. */
  readonly watch: Stopwatch;
  /** What was owed last. */
  owed: Owed | undefined;
  subject(): Subject;
}

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
  readonly #unfinished = new Set<Promise<unknown>>();
  /** Operations that go on, about which something stands in the trail. */
  readonly #decided = new WeakSet<Occasion>();
  /** Operations that have ended while modules in shadow mode may still think about them. */
  readonly #ended = new WeakMap<Occasion, Conclusion>();

  constructor(services: ConsultationServices) {
    this.#services = services;
    this.#now = () => services.clock.now();
    this.#patience = new Patience(services.clock);
  }

  /** Begins to run. */
  stopwatch(): Stopwatch {
    return new Stopwatch(this.#services.clock);
  }

  /** Asks modules one after the other, each within its time. @returns what comes of it @throws as `ask` */
  go<T>(way: Way<T>): Promise<T> {
    return go(way, this.#patience);
  }

  /**
   * Asks one module.
   * @param read what its value means; throws Unusable
   * @returns its answer, or what is owed where the module answers later; undefined when it has none, failed without effect, or runs in shadow mode
   * @throws the MatrixError of its refusal, or of its failure where its policy is to deny
   */
  ask(handler: Handler, asked: Asked, args: readonly unknown[], read: Read): unknown {
    return handler.module.shadow ? this.#askShadow(handler, asked, args, read) : this.#ask(handler, asked, args, read);
  }

  /** Nobody waits for a module in shadow mode, unless what it looks at would be gone. */
  #askShadow(handler: Handler, asked: Asked, args: readonly unknown[], read: Read): Owed | undefined {
    if (handler.module.open >= MOST_IN_SHADOW) {
      this.#services.metrics.decided(handler.module, asked.name, 'parked');
      return undefined;
    }
    const answer = this.#ask(handler, { ...asked, owed: undefined, watch: this.stopwatch() }, args, read);
    // Its time is its own, and no part of the next one's.
    asked.watch.lap();
    if (!(answer instanceof Owed)) return undefined;
    const forget = (): void => void this.#unfinished.delete(unfinished);
    const unfinished: Promise<void> = this.go(just(answer)).then(forget, forget);
    this.#unfinished.add(unfinished);
    return asked.presentation.borrows ? new Owed(asked.progress).expect(unfinished, asked.watch.since, handler.timeout, () => undefined) : undefined;
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

  #ask(handler: Handler, asked: Asked, args: readonly unknown[], read: Read): unknown {
    if (handler.module.breaker?.admits(this.#now) === false) {
      return this.#failed(handler, asked, 'parked', new Error('is parked after repeated failures'), 0);
    }
    let outcome: Reading | Error;
    try {
      const value = runAsModuleFrom(asked.place, handler.module, handler.callback, args);
      if (isPromise(value)) return this.#later(handler, asked, value, read);
      outcome = read(value);
    } catch (error) {
      outcome = thrown(error, asked);
    }
    return this.#came(handler, asked, outcome);
  }

  #later(handler: Handler, asked: Asked, value: PromiseLike<unknown>, read: Read): Owed {
    const { module, timeout } = handler;
    module.open += 1;
    if (asked.owed?.isGivenUp !== false) asked.owed = new Owed(asked.progress);
    return asked.owed.expect(value, asked.watch.since, timeout, (ended) => {
      module.open -= 1;
      return this.#came(handler, asked, readingOf(ended, read, asked));
    });
  }

  /** @returns the module's answer. @throws as `ask` */
  #came(handler: Handler, asked: Asked, outcome: Reading | Error): unknown {
    const { module } = handler;
    const ms = asked.watch.lap();
    this.#services.metrics.called(module, asked.name, ms);
    if (outcome instanceof Error) {
      this.#countFailure(module);
      return this.#failed(handler, asked, 'failed', outcome, ms);
    }
    if (module.breaker !== undefined) this.#worked(module, module.breaker);
    if ('answer' in outcome) {
      if (outcome.remark !== undefined) this.#record(handler, asked, { outcome: outcome.remark, said: outcome.said ?? show(outcome.answer), ms });
      else this.#trace(handler, asked, ms);
      return module.shadow ? undefined : outcome.answer;
    }
    const { errcode, message, fields } = outcome.refusal;
    const incident = newIncident();
    this.#record(handler, asked, { outcome: 'refused', said: `${errcode} ${stringAt(fields, 'error') ?? message}`, ms, incident });
    return this.#refuse(module, outcome.refusal, incident);
  }

  /** @throws the error, for whoever asked; nothing comes of it in shadow mode */
  #refuse(module: Consulted, error: MatrixError, incident: string): undefined {
    if (module.shadow) return undefined;
    if (!this.#services.tellsIncidents) throw error;
    throw new MatrixError(error.status, error.errcode, error.message, { ...error.fields, [INCIDENT_FIELD]: incident });
  }

  /** @throws MatrixError with nothing but an incident's id, where the failure is to deny */
  #failed(handler: Handler, asked: Asked, outcome: 'failed' | 'parked', error: Error, ms: number): undefined {
    const incident = newIncident();
    this.#record(handler, asked, { outcome, said: error.message, ms, incident, error });
    if (asked.presentation.contained || handler.onError === 'allow') return undefined;
    return this.#refuse(handler.module, new MatrixError(500, 'M_UNKNOWN', `Internal server error (incident ${incident})`), incident);
  }

  #record(handler: Handler, asked: Asked, happened: Happened): void {
    const { module } = handler;
    const { error, incident, ...what } = happened;
    const decision = this.#note(module, asked, { ...what, incident });
    this.#services.metrics.decided(module, asked.name, happened.outcome);
    const text = `${module.name} ${module.shadow ? 'would have ' : ''}${VERBS[happened.outcome]} (${asked.name})`;
    if (error === undefined) module.log.info(decision, text);
    else if (happened.outcome === 'failed') module.log.error({ ...decision, error }, text);
    else module.log.warn(decision, text);
  }

  /** What a module had nothing against is noted only where a trace is on: otherwise it is but a number. */
  #trace({ module }: Handler, asked: Asked, ms: number): void {
    const traces = this.#services.decisions.traces;
    if (traces?.covers(module.name, asked.occasion, asked.subject()) === true) {
      this.#note(module, asked, { outcome: 'allowed', said: '', ms, incident: undefined });
    }
  }

  #note(module: Consulted, asked: Asked, what: Pick<Decision, 'outcome' | 'said' | 'ms' | 'incident'>): Decision {
    const { occasion, name: callback } = asked;
    const decision = { at: this.#now(), module: module.name, callback, ...what, occasion, subject: asked.subject(), shadow: module.shadow };
    this.#services.decisions.record(decision);
    const ended = this.#ended.get(occasion);
    if (ended === undefined) this.#decided.add(occasion);
    else if (this.#ended.delete(occasion)) this.#conclude(occasion, ended);
    return decision;
  }

  #conclude(occasion: Occasion, conclusion: Conclusion): void {
    this.#services.decisions.conclude({ at: this.#now(), occasion, ...conclusion });
  }

  #countFailure(module: Consulted): void {
    module.breaker ??= new Breaker();
    const pause = module.breaker.failed(this.#now());
    if (pause === undefined) return;
    this.#services.metrics.parked(module.name, true);
    module.log.error(
      { module: module.name, pause },
      `${module.name} failed too often and is not asked for ${pause / 1000} s; its failure policy holds`,
    );
  }

  #worked(module: Consulted, breaker: Breaker): void {
    const hasRecovered = breaker.succeeded();
    // Of a module that works nothing has to be remembered; one that is parked still is.
    if (breaker.parkedUntil === undefined) module.breaker = undefined;
    if (!hasRecovered) return;
    this.#services.metrics.parked(module.name, false);
    module.log.warn({ module: module.name }, `${module.name} works again and is asked as before`);
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
function thrown(error: unknown, { presentation }: Asked): Reading | Error {
  if (error instanceof MatrixError && !presentation.contained) return { refusal: error };
  return error instanceof Error ? error : new Error(`threw ${show(error)}`);
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
