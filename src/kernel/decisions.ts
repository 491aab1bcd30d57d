import type { EventId, UserId } from '../core/identifiers.ts';
import type { Occasion } from './occasion.ts';

/** What a question was about. What people write is no part of it. */
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
 * What came of asking one module. `refused`: it said no; `replaced`: it put something else in the place of what it was asked about; `answered`: it
 * gave an answer out of the ordinary (expired, hidden, shadow-banned); `failed`: it threw, was too slow or answered nonsense; `parked`: it was
 * not asked, because it had failed too often; `allowed`: it had nothing against it, which is noted only where a trace is on.
 */
export const OUTCOMES = ['refused', 'replaced', 'answered', 'failed', 'parked', 'allowed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

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
  /** What a refusal or failure is called towards clients and in the log. */
  readonly incident: string | undefined;
}

/** What came of an operation in the end. */
export interface Conclusion {
  readonly outcome: 'done' | 'refused' | 'failed';
  /** The status and code of the error, where there is one. */
  readonly said: string;
  /** What it stored. */
  readonly events: readonly EventId[];
}

/** The end of an operation about which something stands in the trail. */
export interface Concluded extends Conclusion {
  readonly at: number;
  readonly occasion: Occasion;
}

/** For whom or what plain allows are noted, too. */
export interface Traces {
  covers(module: string, occasion: Occasion, subject: Subject): boolean;
}

/** Where decisions go. */
export interface DecisionLog {
  record(decision: Decision): void;
  conclude(concluded: Concluded): void;
  /** Undefined as long as no trace is on. */
  readonly traces: Traces | undefined;
}

/** One callback of one module in numbers, since the server started. */
export interface CallbackFigures {
  readonly module: string;
  readonly callback: string;
  readonly shadow: boolean;
  readonly calls: number;
  /** Milliseconds of all calls together, and of the slowest one. */
  readonly totalMs: number;
  readonly slowestMs: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
}

/** Somebody or something that is traced until a time. */
export interface Trace {
  readonly traceId: number;
  readonly kind: 'user' | 'room' | 'module';
  /** Of a user or room the id, of a module its name. */
  readonly value: string;
  readonly createdBy: UserId;
  /** Milliseconds since the epoch. */
  readonly createdTs: number;
  readonly untilTs: number;
}
