import type { Occasion } from '../kernel/questions.ts';

/** What a question was about. */
export interface Subject {
  readonly roomId?: string | undefined;
  readonly eventId?: string;
  readonly eventType?: string;
  readonly userId?: string | undefined;
  readonly alias?: string;
  readonly fileId?: string;
  readonly username?: string | undefined;
  /** Of a third-party identifier; the address itself stays out of the trail. */
  readonly medium?: string;
}

/**
 * What a module did that had, or would have had, an effect. `refused`: it said no; `replaced`: it put another event in the place of one;
 * `answered`: it gave an answer out of the ordinary (expired, hidden, shadow-banned); `failed`: it threw, was too slow or answered nonsense;
 * `parked`: it was not asked, because it had failed too often.
 */
export type Outcome = 'refused' | 'replaced' | 'answered' | 'failed' | 'parked';

/** One entry of the decision trail. */
export interface Decision {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly module: string;
  readonly callback: string;
  readonly outcome: Outcome;
  /** In words or as JSON: the text and code of a refusal, the answer, or what went wrong. */
  readonly said: string;
  /** How long the module took, in ms. */
  readonly ms: number;
  readonly occasion: Occasion;
  readonly subject: Subject;
  /** True when the module runs in shadow mode: nothing came of it. */
  readonly shadow: boolean;
  /** What a failure is called towards clients and in the log. */
  readonly incident: string | undefined;
}

/** Where decisions go. */
export interface DecisionLog {
  record(decision: Decision): void;
}

/** Which decisions are wanted; what is left out does not matter. */
export interface DecisionFilter {
  readonly module?: string;
  readonly callback?: string;
  readonly outcome?: Outcome;
  readonly roomId?: string;
  /** On whose behalf, or about whom, the module was asked. */
  readonly userId?: string;
  readonly incident?: string;
  readonly limit?: number;
}

const KEPT = 1000;
const PAGE = 100;

/** The newest decisions, in memory. */
export class RecentDecisions implements DecisionLog {
  readonly #kept: Decision[] = [];
  /** Where the next one goes, once the ring is full. */
  #next = 0;

  record(decision: Decision): void {
    this.#kept[this.#next] = decision;
    this.#next = (this.#next + 1) % KEPT;
  }

  /** @returns newest first; 100 unless the filter has another limit */
  list(filter: DecisionFilter = {}): readonly Decision[] {
    const newestFirst = [...this.#kept.slice(this.#next), ...this.#kept.slice(0, this.#next)].toReversed();
    return newestFirst.filter((decision) => fits(decision, filter)).slice(0, filter.limit ?? PAGE);
  }
}

function fits({ module, callback, outcome, subject, occasion, incident }: Decision, filter: DecisionFilter): boolean {
  const wanted = (asked: string | undefined, ...has: (string | undefined)[]): boolean => asked === undefined || has.includes(asked);
  return (
    wanted(filter.module, module) &&
    wanted(filter.callback, callback) &&
    wanted(filter.outcome, outcome) &&
    wanted(filter.roomId, subject.roomId) &&
    wanted(filter.userId, subject.userId, occasion.userId) &&
    wanted(filter.incident, incident)
  );
}
