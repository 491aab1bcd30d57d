import { Registry } from 'prom-client';
import { parseEvent } from '../../core/events.ts';
import type { Event } from '../../core/event.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { CallbackFigures, Decision } from '../../kernel/decisions.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { Occasion, QuestionName, Questions } from '../../kernel/questions.ts';
import { loadModules, type Actions, type ModuleEntry, type Modules, type ModuleServices } from '../../modules/index.ts';
import type { PastQuestions } from './questions.ts';

/** What a module said of one event of the past. */
export interface PastVerdict {
  readonly decisions: readonly Decision[];
  /** What it put in the place of the event, in wire form. */
  readonly replacement: JsonObject | undefined;
  /** The same for what is the same: to compare two modules by. */
  readonly essence: string;
}

/** Why nothing that a module does while it looks at the past has an effect. */
const refusal = (what: string): MatrixError => new MatrixError(403, 'M_FORBIDDEN', `Nothing is done in a replay (${what})`);

/** A module that is asked about what has happened, and can do nothing. */
export class ReplayedModule {
  readonly #modules: Modules;
  readonly #collected: Decision[];
  /** What it tried to do, and how often. */
  readonly tried: ReadonlyMap<string, number>;

  private constructor(modules: Modules, collected: Decision[], tried: ReadonlyMap<string, number>) {
    this.#modules = modules;
    this.#collected = collected;
    this.tried = tried;
  }

  /**
   * @param actions what it can do, made of what is told of each attempt
   * @throws ModuleProblems
   */
  static async load(
    entry: ModuleEntry,
    services: Pick<ModuleServices, 'serverName' | 'version' | 'publicBaseurl' | 'folder' | 'log'> & { readonly clock: Clock },
    actions: (refuse: (what: string) => Promise<never>) => Actions,
  ): Promise<ReplayedModule> {
    const collected: Decision[] = [];
    const tried = new Map<string, number>();
    const refuse = (what: string): Promise<never> => {
      tried.set(what, (tried.get(what) ?? 0) + 1);
      return Promise.reject(refusal(what));
    };
    const modules = await loadModules([entry], {
      ...services,
      registry: new Registry(),
      decisions: { record: (decision) => void collected.push(decision), conclude: () => undefined, traces: undefined },
      tellsIncidents: false,
      fetch: () => refuse('a request to another server'),
      askServer: () => refuse('a request to another server'),
      serves: () => false,
    });
    modules.start(actions(refuse));
    return new ReplayedModule(modules, collected, tried);
  }

  get name(): string {
    return this.#modules.status()[0]?.name ?? 'module';
  }

  /** How often it was asked, and what it answered. */
  figures(): readonly CallbackFigures[] {
    return this.#modules.figures();
  }

  /** Asks it what it would have been asked when the event was made; a refusal ends that, as it did then. */
  async judge(past: PastQuestions): Promise<PastVerdict> {
    this.#collected.length = 0;
    const replacement = await this.#ask(past);
    const decisions = [...this.#collected];
    const essence = decisions.map(({ callback, outcome }) => `${callback} ${outcome}`);
    return { decisions, replacement, essence: JSON.stringify([...essence, replacement?.['content'] ?? null]) };
  }

  dispose(): Promise<void> {
    return this.#modules.dispose();
  }

  async #ask({ event, state, before }: PastQuestions): Promise<JsonObject | undefined> {
    const occasion: Occasion = { operation: 'replay', userId: event.sender, request: event.eventId };
    const ask = <Q extends QuestionName>(question: Q, ...args: Questions[Q]['args']): Promise<Questions[Q]['answer']> =>
      this.#modules.policy.ask(question, occasion, ...args);
    let replacement: JsonObject | undefined;
    try {
      for (const { name, args } of before) await ask(name, ...(args as never));
      replacement = await ask('check_event_allowed', event, state);
      const judged = replacement === undefined ? event : inPlaceOf(event, replacement);
      await ask('check_event_for_spam', judged);
      const sign = await ask('sign_event', judged, state);
      await sign?.(judged);
    } catch (error) {
      // A refusal stands among what was collected.
      if (!(error instanceof MatrixError)) throw error;
    }
    return replacement;
  }
}

const inPlaceOf = ({ version, eventId, roomId }: Event, replacement: JsonObject): Event => parseEvent(replacement, version, { eventId, roomId });
