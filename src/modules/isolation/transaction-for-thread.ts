import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import type { Row, SqlValue, Work } from '../../kernel/work.ts';
import type { StorageApi } from '../api/storage.ts';
import type { Transaction } from '../api/transaction.ts';

/** A statement of a module that runs in a thread. */
export interface SentStatement {
  readonly sql: string;
  readonly args: readonly SqlValue[];
  /** Whether its rows are wanted. */
  readonly hasRows: boolean;
  /** The mark of the answer by which the module went on; undefined for a statement that is not answered yet. */
  readonly expected: string | undefined;
}

/** What the database said. */
export interface SentAnswer {
  /** The same for the same answer. */
  readonly mark: string;
  /** Left out where the mark says it all. */
  readonly rows?: readonly Row[] | undefined;
  /** Why it could not be done. */
  readonly error?: unknown;
}

/** The mark of a statement that was done and has no rows. */
export const DONE = 'done';

/**
 * In the server's thread: runs statements in one transaction, as far as each is answered as the module believes. The transaction is kept when
 * all are and it is told to; otherwise it is as if it had not been.
 * @returns the answers so far; the last may be another one than the module believes
 */
export const transactionForThread =
  (api: Pick<StorageApi, 'runDbInteraction'>) =>
  async (description: unknown, sent: unknown, keeps: unknown): Promise<readonly SentAnswer[]> => {
    const answers: SentAnswer[] = [];
    const rolledBack = new Error('what the statements did is not kept');
    const transaction = api.runDbInteraction(String(description), function* (txn) {
      for (const statement of sent as readonly SentStatement[]) {
        const answer = yield* answerTo(statement, txn);
        answers.push(answer);
        if (answer.mark !== statement.expected) throw rolledBack;
      }
      if (keeps !== true) throw rolledBack;
    });
    await transaction.catch((error: unknown) => {
      if (error !== rolledBack) throw error;
    });
    return answers;
  };

function* answerTo({ sql, args, hasRows, expected }: SentStatement, txn: Transaction): Work<SentAnswer> {
  try {
    if (!hasRows) {
      yield* txn.execute(sql, ...args);
      return { mark: DONE };
    }
    const rows = yield* txn.rows(sql, ...args);
    const mark = createHash('sha256').update(serialize(rows)).digest('base64');
    return mark === expected ? { mark } : { mark, rows };
  } catch (error) {
    return { mark: `failed: ${String(error)}`, error };
  }
}
