import { isDeepStrictEqual } from 'node:util';
import { row, rows, type Query, type SqlValue, type Step, type Work } from '../../kernel/work.ts';
import type { StorageApi } from '../api/storage.ts';
import type { Transaction } from '../api/transaction.ts';
import type { Peer } from './peer.ts';
import { DONE, type SentAnswer, type SentStatement } from './transaction-for-thread.ts';

/** How often a transaction begins anew because what it had read has changed meanwhile. */
const TRIALS = 100;

/** Runs statements in the server's thread, all in one transaction. */
type Attempt = (statements: readonly SentStatement[], keeps: boolean) => Promise<readonly SentAnswer[]>;

/**
 * Transactions of a module that runs in a thread. None is ever open while this thread works out its next statement: the statements are tried out
 * and undone as far as their rows are needed, and kept once all are known, where they are still answered in the same way. Otherwise the work
 * begins anew. They have turns, so that a module's transactions never disturb one another.
 */
export function transactionInThread(peer: Peer): StorageApi['runDbInteraction'] {
  let last: Promise<unknown> = Promise.resolve();
  return (description, work, ...args) => {
    const attempt: Attempt = (...sent) => peer.call('transaction', description, ...sent) as Promise<readonly SentAnswer[]>;
    const mine = last.then(() => inTrials(description, attempt, () => work(TRANSACTION, ...args)));
    last = mine.catch(() => undefined);
    return mine;
  };
}

async function inTrials<T>(description: string, attempt: Attempt, begin: () => Work<T>): Promise<T> {
  let known: readonly Asked[] = [];
  for (let count = 0; count < TRIALS; count++) {
    const trial = new Trial(attempt, known);
    const end = await trial.run(begin());
    if (end !== undefined) return end();
    known = trial.known;
  }
  throw new Error(`${description}: what it reads is another time and again`);
}

/** A statement whose rows nobody wants: the work goes on as if it were done. */
class Command implements Query {
  readonly sql: string;
  readonly args: readonly SqlValue[];

  constructor(sql: string, args: readonly SqlValue[]) {
    this.sql = sql;
    this.args = args;
  }
}

const TRANSACTION: Transaction = Object.freeze<Transaction>({
  rows,
  row,
  *execute(sql, ...args) {
    yield new Command(sql, args);
  },
});

interface Asked {
  readonly sql: string;
  readonly args: readonly SqlValue[];
  readonly hasRows: boolean;
  answer: SentAnswer | undefined;
}

/** What may change something has to be done again wherever others follow it. */
const onlyReads = ({ sql }: Asked): boolean => /^\s*select\b/i.test(sql);

/** The work, run once. */
class Trial {
  readonly #attempt: Attempt;
  readonly #asked: Asked[] = [];
  /** What is known beforehand of the answers to the same statements. */
  #before: readonly Asked[];
  #firstUntrue = Infinity;

  constructor(attempt: Attempt, before: readonly Asked[]) {
    this.#attempt = attempt;
    this.#before = before;
  }

  /** What the next trial can go on by. */
  get known(): readonly Asked[] {
    return this.#asked.slice(0, this.#firstUntrue + 1);
  }

  /** @returns what the work returns or throws; undefined when it went on by what is not true any more, and nothing is kept */
  async run<T>(work: Work<T>): Promise<(() => T) | undefined> {
    let turn = taken(() => work.next());
    while ('asks' in turn) {
      const asked = this.#ask(turn.asks);
      if (asked.answer === undefined && !(await this.#holds(this.#upTo(asked), false))) return undefined;
      const { rows: found = [], error } = asked.answer ?? {};
      turn = error === undefined ? taken(() => work.next(found)) : taken(() => work.throw(error));
    }
    return (await this.#isTrue(turn.succeeds)) ? turn.end : undefined;
  }

  #ask(step: Step): Asked {
    if ('wake' in step) throw new TypeError('runDbInteraction runs statements and nothing else');
    const { sql, args } = step;
    const hasRows = !(step instanceof Command);
    const before = this.#before[this.#asked.length];
    const isSame = before?.sql === sql && before.hasRows === hasRows && isDeepStrictEqual(before.args, args);
    if (!isSame) this.#before = [];
    const answer = isSame ? before.answer : undefined;
    const asked = { sql, args, hasRows, answer: answer ?? (hasRows ? undefined : { mark: DONE }) };
    this.#asked.push(asked);
    return asked;
  }

  /** What is to be done so that a statement can be answered. */
  #upTo(last: Asked): readonly Asked[] {
    return this.#asked.filter((asked) => asked === last || !onlyReads(asked));
  }

  /** A single answer was true at some time; several have to be so at the same. */
  async #isTrue(keeps: boolean): Promise<boolean> {
    const [first, ...others] = this.#asked;
    const isOneRead = first !== undefined && others.length === 0 && first.hasRows && onlyReads(first);
    return first === undefined || isOneRead || this.#holds(this.#asked, keeps);
  }

  /** Whether all statements are still answered as this trial believes; notes the answer of one that is not answered yet. */
  async #holds(statements: readonly Asked[], keeps: boolean): Promise<boolean> {
    const sent = statements.map(({ sql, args, hasRows, answer }) => ({ sql, args, hasRows, expected: answer?.mark }));
    for (const [index, answer] of (await this.#attempt(sent, keeps)).entries()) {
      const asked = statements[index];
      if (asked === undefined || asked.answer?.mark === answer.mark) continue;
      if (asked.answer !== undefined) this.#firstUntrue = this.#asked.indexOf(asked);
      asked.answer = answer;
    }
    return this.#firstUntrue === Infinity;
  }
}

type Turn<T> = { readonly asks: Step } | { readonly succeeds: boolean; readonly end: () => T };

/** One step of the work; what it throws is its end. */
function taken<T>(go: () => IteratorResult<Step, T>): Turn<T> {
  try {
    const { done, value } = go();
    return done === true ? { succeeds: true, end: () => value } : { asks: value };
  } catch (error) {
    return {
      succeeds: false,
      end: () => {
        throw error;
      },
    };
  }
}
