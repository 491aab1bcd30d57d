import type { ServerName } from '../../core/identifiers.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/database.ts';
import type { Trace, Traces } from '../../kernel/decisions.ts';
import * as decisionTraces from '../../store/decision-traces.ts';
import { withUser } from './concerned-user.ts';

/** The traces that are on, in memory: as long as there is none, nobody looks at anything. */
export class ActiveTraces {
  readonly #database: Pick<Database, 'read' | 'onCommit'>;
  readonly #clock: Clock;
  readonly #serverName: ServerName;
  #active: { readonly traces: Traces; readonly untilTs: number } | undefined;

  constructor(database: Pick<Database, 'read' | 'onCommit'>, clock: Clock, serverName: ServerName) {
    this.#database = database;
    this.#clock = clock;
    this.#serverName = serverName;
    database.onCommit(({ topics }) => {
      if (topics.has('queue:traces')) void this.load();
    });
  }

  /** Reads which traces are on. */
  async load(): Promise<void> {
    const traces = await this.#database.read(() => decisionTraces.list(this.#clock.now()));
    this.#active =
      traces.length === 0
        ? undefined
        : { traces: new TraceList(traces, this.#clock, this.#serverName), untilTs: Math.max(...traces.map(({ untilTs }) => untilTs)) };
  }

  /** Undefined as long as no trace is on. */
  get current(): Traces | undefined {
    if (this.#active !== undefined && this.#active.untilTs <= this.#clock.now()) this.#active = undefined;
    return this.#active?.traces;
  }
}

class TraceList implements Traces {
  readonly #ends: ReadonlyMap<string, number>;
  readonly #clock: Clock;
  readonly #serverName: ServerName;

  constructor(traces: readonly Trace[], clock: Clock, serverName: ServerName) {
    const ends = new Map<string, number>();
    for (const { kind, value, untilTs } of traces) ends.set(keyOf(kind, value), Math.max(untilTs, ends.get(keyOf(kind, value)) ?? 0));
    this.#ends = ends;
    this.#clock = clock;
    this.#serverName = serverName;
  }

  covers: Traces['covers'] = (module, { userId }, subject) =>
    this.#has('module', module) ||
    this.#has('user', userId) ||
    this.#has('user', withUser(subject, this.#serverName).userId) ||
    this.#has('room', subject.roomId);

  #has(kind: Trace['kind'], value: string | undefined): boolean {
    return value !== undefined && (this.#ends.get(keyOf(kind, value)) ?? 0) > this.#clock.now();
  }
}

const keyOf = (kind: Trace['kind'], value: string): string => `${kind} ${value}`;
