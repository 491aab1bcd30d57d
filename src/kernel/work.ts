import type { JsonValue } from '../core/json.ts';

/** What a column may hold. Booleans are stored as 0 and 1. */
export type SqlValue = string | number | bigint | null | Uint8Array;
export type Row = Readonly<Record<string, SqlValue>>;

/** One question to the database; `?` stands for an argument. */
export interface Query {
  readonly sql: string;
  readonly args: readonly SqlValue[];
  /** Set where works that run together can ask it as one; see together.ts. */
  readonly joint?: JointForm;
}

/** How a question is asked about several things at once. */
export interface JointForm {
  /**
   * Its first argument is a JSON list of what is asked about, `json_each(?) asked`. Each row tells by a column `asked`, which is
   * `asked.key`, whom it answers; the rows of each come in the order in which the question alone has them.
   */
  readonly sql: string;
  /** What this one asks about: it becomes `asked.value`. */
  readonly about: JsonValue;
  /** The arguments that follow. Only those whose are the same ask together. */
  readonly rest: readonly SqlValue[];
}

/** Says that something changed for whoever follows this topic; heard only once the transaction is durable. */
export interface Wake {
  readonly wake: Topic;
}
/** `access:@user` says that what opens the user's account, or what the account may do, has changed. */
export type Topic = `room:${string}` | `user:${string}` | `queue:${string}` | `access:${string}`;

export type Step = Query | Wake;

/**
 * Database work: a generator that yields queries and receives their rows. It cannot await the network, a module or a timer, so no
 * transaction stays open while something else happens, and the same work runs on any driver.
 */
export type Work<T> = Generator<Step, T, readonly Row[]>;

/** All rows of a query, read as `R`: the caller names the columns that the SQL selects. */
export function* rows<R extends object>(sql: string, ...args: SqlValue[]): Work<readonly R[]> {
  return (yield { sql, args }) as readonly unknown[] as readonly R[];
}

/** The first row of a query, or undefined. */
export function* row<R extends object>(sql: string, ...args: SqlValue[]): Work<R | undefined> {
  return (yield* rows<R>(sql, ...args))[0];
}

/** Runs a statement for its effect. */
export function* execute(sql: string, ...args: SqlValue[]): Work<void> {
  yield { sql, args };
}

/** Wakes everyone who waits for this topic, after the commit. */
export function* wake(topic: Topic): Work<void> {
  yield { wake: topic };
}

/** How many marks a list may have: databases limit the arguments of a statement (SQLite to 32,766), and it may have several lists. */
const MAX_MARKS = 4_096;

/**
 * Marks and arguments for `where column in ${list.marks}`. The length is padded to a power of two by repeating the last value, so that
 * a driver's cache holds few statements. A list that is longer than anybody needs, but which a client can make (somebody ignores 100,000
 * users), goes as one argument.
 */
export function inList(values: readonly (string | number)[]): { readonly marks: string; readonly args: readonly SqlValue[] } {
  if (values.length === 0) return { marks: '(null)', args: [] };
  if (values.length > MAX_MARKS) return { marks: '(select value from json_each(?))', args: [JSON.stringify(values)] };
  const size = 2 ** Math.ceil(Math.log2(values.length));
  const last = values.at(-1) ?? null;
  const args = [...values, ...Array.from({ length: size - values.length }, () => last)];
  return { marks: `(${args.map(() => '?').join(',')})`, args };
}
