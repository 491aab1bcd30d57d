import type { Committed, Database } from '../kernel/database.ts';
import type { Work } from '../kernel/work.ts';

/** What SQLite says. */
const sqliteError = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/** A database that can be made to fail as a real one does: what was written is rolled back by the real one. */
export class FaultyDatabase implements Database {
  readonly #database: Database;
  #isFull = false;
  #busy = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** From now on nothing can be stored. @returns makes room */
  fill(): () => void {
    this.#isFull = true;
    return () => (this.#isFull = false);
  }

  /** The next transactions find the database locked by another program. */
  lock(times: number): void {
    this.#busy = times;
  }

  read<T>(work: () => Work<T>): Promise<T> {
    return this.#database.read(work);
  }

  write<T>(work: () => Work<T>): Promise<T> {
    if (this.#busy > 0) {
      this.#busy -= 1;
      return Promise.reject(sqliteError('SQLITE_BUSY', 'database is locked'));
    }
    return this.#database.write(this.#isFull ? () => intoTheVoid(work) : work);
  }

  onCommit(listener: (committed: Committed) => void): void {
    this.#database.onCommit(listener);
  }

  get durablePosition(): number {
    return this.#database.durablePosition;
  }

  get rollbacks(): number {
    return this.#database.rollbacks;
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

function* intoTheVoid<T>(work: () => Work<T>): Work<T> {
  yield* work();
  throw sqliteError('SQLITE_FULL', 'database or disk is full');
}
