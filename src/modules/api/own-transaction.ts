import { createHash } from 'node:crypto';
import { execute, row, rows, type SqlValue, type Work } from '../../kernel/work.ts';
import type { Actions } from '../actions.ts';
import { ownStatement, prefixOf, type Ownership, type Statement } from './own-tables.ts';
import type { Quota } from './quota.ts';
import { statementsOf } from './sql-tokens.ts';
import type { Transaction } from './transaction.ts';

/** Runs work on the tables of a module and nothing else. @throws QuotaExceeded */
export function* inOwnTables<T>(server: Actions, module: string, work: (txn: Transaction) => Work<T>, quota?: Quota): Work<T> {
  const txn = new OwnTransaction(server, module, yield* server.tables.owners());
  const out = yield* work(txn.transaction);
  if (quota !== undefined) yield* quota.checkTables(server, txn.statements, txn.argumentBytes);
  return out;
}

/** Applies the steps that a module has not applied yet. @throws Error when one of the others is not what it was */
export async function migrateTables(server: Actions, module: string, steps: readonly string[]): Promise<void> {
  const hashes = steps.map((step) => createHash('sha256').update(step).digest('hex'));
  const applied = await server.read(() => server.tables.steps(module));
  const changed = applied.findIndex((hash, index) => hash !== hashes[index]);
  if (changed >= steps.length) {
    throw new Error(
      `The tables of ${module} were made by a newer version of it: they have ${applied.length} steps, and this one knows ${steps.length}`,
    );
  }
  if (changed >= 0)
    throw new Error(`Step ${changed + 1} of the tables of ${module} is not what it was when it was applied: add a new one at the end`);
  for (const [index, step] of steps.entries()) {
    if (index < applied.length) continue;
    await server.work(function* () {
      yield* inOwnTables(server, module, function* (txn) {
        for (const statement of statementsOf(step)) yield* txn.execute(statement);
      });
      yield* server.tables.noteStep(module, index + 1, hashes[index] ?? '');
    });
  }
}

class OwnTransaction {
  readonly transaction: Transaction;
  readonly statements: Statement[] = [];
  argumentBytes = 0;
  readonly #server: Actions;
  readonly #module: string;
  #owners: Ownership['owners'];

  constructor(server: Actions, module: string, owners: Ownership['owners']) {
    this.#server = server;
    this.#module = module;
    this.#owners = owners;
    this.transaction = {
      rows: (sql, ...args) => this.#run(sql, args, (own) => rows(own, ...args)),
      row: (sql, ...args) => this.#run(sql, args, (own) => row(own, ...args)),
      execute: (sql, ...args) => this.#run(sql, args, (own) => execute(own, ...args)),
    };
  }

  *#run<T>(sql: string, args: readonly SqlValue[], run: (sql: string) => Work<T>): Work<T> {
    const statement = ownStatement(sql, { module: this.#module, server: this.#server.serverTables, owners: this.#owners });
    this.statements.push(statement);
    for (const arg of args) this.argumentBytes += typeof arg === 'string' ? Buffer.byteLength(arg) : arg instanceof Uint8Array ? arg.length : 8;
    const out = yield* run(statement.sql);
    if (statement.defines) {
      yield* this.#server.tables.note(this.#module, prefixOf(this.#module));
      this.#owners = yield* this.#server.tables.owners();
    }
    return out;
  }
}
