import BetterSqlite3 from 'better-sqlite3';

/** Statements and databases must not be garbage collected, for the reason that src/store/drivers/sqlite.ts gives. */
const kept: object[] = [];

/** A database as a test looks into it, beside the server. */
export class RawDatabase {
  readonly #db: BetterSqlite3.Database;

  constructor(file: string, options: BetterSqlite3.Options = {}) {
    this.#db = new BetterSqlite3(file, options);
    kept.push(this.#db);
  }

  /** All rows of a query, or of a pragma that answers. */
  all(sql: string, ...args: unknown[]): unknown[] {
    const statement = this.#db.prepare(sql);
    kept.push(statement);
    return statement.all(...args);
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  close(): void {
    this.#db.close();
  }
}
