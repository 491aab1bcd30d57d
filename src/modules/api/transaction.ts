import type { Row, SqlValue, Work } from '../../kernel/work.ts';

/** A statement for a module's own tables: `{things}` is the module's table `things`, `?` an argument. To be used with `yield*`. */
export interface Transaction {
  rows<R extends object = Row>(sql: string, ...args: SqlValue[]): Work<readonly R[]>;
  row<R extends object = Row>(sql: string, ...args: SqlValue[]): Work<R | undefined>;
  execute(sql: string, ...args: SqlValue[]): Work<void>;
}
