import BetterSqlite3 from 'better-sqlite3';
import { WriteRefused, type Committed, type Database } from '../../kernel/database.ts';
import type { Query, Row, Step, Topic, Work } from '../../kernel/work.ts';
import { missingMigrations, type Migration } from '../migrations.ts';
import { WalSync } from './wal-sync.ts';

/** How much of the database's pages SQLite may keep in memory (KiB). */
const CACHE_KIB = 16_384;

/** A checkpoint stops everything while it syncs; the same pages are written again and again, so a rare one copies little more than a frequent one. */
const CHECKPOINT_PAGES = 8_000;

type Statement = BetterSqlite3.Statement;

/**
 * Databases and their statements are kept for the life of the process, closed ones too (which is little): compiled with the headers of
 * Node 24.19 or later, better-sqlite3 12 aborts the process when one is garbage collected (nodejs/node#65446). For the same reason
 * nothing here makes a statement in passing: settings go through `exec`, everything else through the cache.
 */
const kept: object[] = [];

/**
 * SQLite in WAL mode behind the Database interface: one connection, one writer. A commit is written to the WAL at once and
 * acknowledged after an fdatasync that it shares with every commit that waits (see wal-sync.ts).
 */
export class SqliteDatabase implements Database {
  readonly #db: BetterSqlite3.Database;
  readonly #statements = new Map<string, Statement>();
  readonly #listeners: ((committed: Committed) => void)[] = [];
  #sync: WalSync | undefined;
  #topics = new Set<Topic>();
  /** False until the first migration has made the table. */
  #hasStream = false;
  #durablePosition: number;
  #rollbacks = 0;

  /**
   * @param source a file path, or a serialised database image that is opened in memory
   * @param options `readOnly`: beside a server that writes; the file must be there
   */
  constructor(source: string | Buffer, { readOnly = false }: { readonly readOnly?: boolean } = {}) {
    this.#db = new BetterSqlite3(source, { readonly: readOnly, fileMustExist: readOnly });
    kept.push(this.#db, this.#statements);
    if (readOnly) {
      this.#durablePosition = this.#position();
      return;
    }
    this.#db.exec(`
      pragma journal_mode = WAL;
      pragma synchronous = NORMAL;
      pragma foreign_keys = ON;
      pragma wal_autocheckpoint = ${CHECKPOINT_PAGES};
      pragma cache_size = -${CACHE_KIB};
    `);
    this.#sync = typeof source === 'string' && source !== ':memory:' ? new WalSync(`${source}-wal`) : undefined;
    this.#durablePosition = this.#position();
  }

  /**
   * Brings the database to the newest version, each step in a transaction of its own: a failed step leaves the version before it working.
   * @returns the versions that were applied
   */
  migrate(migrations: readonly Migration[]): readonly number[] {
    this.#db.exec('create table if not exists schema_version (version integer not null)');
    const applied = this.#statement('select version from schema_version').all() as { version: number }[];
    const steps = missingMigrations(new Set(applied.map(({ version }) => version)), migrations);
    for (const step of steps) {
      try {
        this.#db.exec(`begin immediate;\n${step.sql}\n;insert into schema_version (version) values (${step.version}); commit`);
      } catch (error) {
        if (this.#db.inTransaction) this.#db.exec('rollback');
        throw error;
      }
    }
    this.#durablePosition = this.#position();
    return steps.map((step) => step.version);
  }

  get durablePosition(): number {
    return this.#durablePosition;
  }

  get rollbacks(): number {
    return this.#rollbacks;
  }

  onCommit(listener: (committed: Committed) => void): void {
    this.#listeners.push(listener);
  }

  read<T>(work: () => Work<T>): Promise<T> {
    try {
      return Promise.resolve(this.#drive(work(), true));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async write<T>(work: () => Work<T>): Promise<T> {
    this.#topics = new Set();
    this.#statement('begin immediate').run();
    let out: T;
    try {
      out = this.#drive(work(), false);
      this.#statement('commit').run();
    } catch (error) {
      this.#rollbacks += 1;
      if (this.#db.inTransaction) this.#statement('rollback').run();
      throw error;
    }
    const committed = { position: this.#position(), topics: this.#topics };
    await this.#sync?.durable();
    this.#acknowledge(committed);
    return out;
  }

  /**
   * Copies the whole database as it is at one moment into a file that is not there yet, also while another process writes: SQLite's backup by
   * pages would begin anew with each of its commits.
   */
  copyTo(file: string): void {
    this.#statement('vacuum into ?').run(file);
  }

  /** What is wrong with the file; undefined when it is as it should be. */
  damage(): string | undefined {
    const found = this.#statement('pragma quick_check(1)').get() as { quick_check: string } | undefined;
    return found?.quick_check === 'ok' ? undefined : found?.quick_check;
  }

  /** A copy of the whole database as a file image, for opening in memory. */
  serialize(): Buffer {
    return this.#db.serialize();
  }

  async close(): Promise<void> {
    await this.#sync?.close();
    this.#db.close();
  }

  /** Commits become durable in the order in which they were made, so the position only grows. */
  #acknowledge(committed: Committed): void {
    if (committed.position > this.#durablePosition) this.#durablePosition = committed.position;
    if (committed.topics.size === 0) return;
    for (const listener of this.#listeners) listener(committed);
  }

  #position(): number {
    this.#hasStream ||= this.#statement("select 1 from sqlite_master where name = 'stream'").get() !== undefined;
    if (!this.#hasStream) return 0;
    return (this.#statement('select position from stream').get() as { position: number }).position;
  }

  #drive<T>(work: Work<T>, readOnly: boolean): T {
    let step = work.next();
    while (step.done !== true) {
      let answer: readonly Row[];
      try {
        answer = this.#answer(step.value, readOnly);
      } catch (error) {
        // The work sees the failure where it asked, so that its `finally` blocks run.
        step = work.throw(error);
        continue;
      }
      step = work.next(answer);
    }
    return step.value;
  }

  #answer(step: Step, readOnly: boolean): readonly Row[] {
    if ('wake' in step) {
      if (readOnly) throw new WriteRefused(`Work that only reads tried to wake ${step.wake}`);
      this.#topics.add(step.wake);
      return [];
    }
    return this.#ask(step, readOnly);
  }

  #ask({ sql, args }: Query, readOnly: boolean): readonly Row[] {
    const statement = this.#statement(sql);
    if (readOnly && !statement.readonly) throw new WriteRefused(`Work that only reads tried to write: ${sql}`);
    if (statement.reader) return statement.all(...args) as Row[];
    statement.run(...args);
    return [];
  }

  #statement(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
