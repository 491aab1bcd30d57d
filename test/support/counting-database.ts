import type { Row, Step, Work } from '../../src/kernel/work.ts';
import { SqliteDatabase } from '../../src/store/drivers/sqlite.ts';

/** A database that counts what it is asked: work is measured by it, as time says more about the machine than about the server. */
export class CountingDatabase extends SqliteDatabase {
  statements = 0;
  rows = 0;

  constructor() {
    super(':memory:');
  }

  override read<T>(work: () => Work<T>): Promise<T> {
    return super.read(() => this.#counted(work()));
  }

  override write<T>(work: () => Work<T>): Promise<T> {
    return super.write(() => this.#counted(work()));
  }

  /** How many statements ran meanwhile, and how many rows they gave. */
  async during(action: () => Promise<unknown>): Promise<{ readonly statements: number; readonly rows: number }> {
    const before = { statements: this.statements, rows: this.rows };
    await action();
    return { statements: this.statements - before.statements, rows: this.rows - before.rows };
  }

  *#counted<T>(work: Work<T>): Generator<Step, T, readonly Row[]> {
    let step = work.next();
    while (step.done !== true) {
      this.statements++;
      let answer: readonly Row[];
      try {
        answer = yield step.value;
      } catch (error) {
        step = work.throw(error);
        continue;
      }
      this.rows += answer.length;
      step = work.next(answer);
    }
    return step.value;
  }
}
