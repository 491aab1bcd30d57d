import type { Query, SqlValue, Work } from './work.ts';

/** A question that works can ask together, each about something else: see together.ts. */
export interface JointQuestion {
  readonly alone: string;
  readonly together: string;
}

interface Parts {
  readonly columns: string;
  readonly from: string;
  /** @param asked names a value of what is asked about. Each of them stands once, in their order, and before any `?`. */
  readonly where: (asked: (index: number) => string) => string;
  readonly order?: string;
  /** Where only the first rows are wanted, as many as the last argument says: the columns that tell a row from all others, and their table. */
  readonly first?: { readonly key: string; readonly of: string };
}

/** Makes both forms of a question from its parts. */
export function jointQuestion({ columns, from, where, order, first }: Parts): JointQuestion {
  const ordered = order === undefined ? '' : ` order by ${order}`;
  const ofEach = where((index) => `asked.value ->> ${index}`);
  const wanted = first === undefined ? ofEach : `(${first.key}) in (select ${first.key} from ${first.of} where ${ofEach}${ordered} limit ?)`;
  return {
    alone: `select ${columns} from ${from} where ${where(() => '?')}${ordered}${first === undefined ? '' : ' limit ?'}`,
    together: `select asked.key as asked, ${columns} from json_each(?) asked cross join ${from} where ${wanted}${ordered}`,
  };
}

/**
 * Asks it.
 * @param about what `where` names as asked
 * @param rest the other arguments; works ask together where they are the same
 */
export function* ask<R extends object>(question: JointQuestion, about: readonly (string | number)[], ...rest: SqlValue[]): Work<readonly R[]> {
  return yield* askJointly<R>({ sql: question.alone, args: [...about, ...rest], joint: { sql: question.together, about, rest } });
}

/** Asks a question whose two forms do not have the same arguments. */
export function* askJointly<R extends object>(query: Query): Work<readonly R[]> {
  return (yield query) as readonly unknown[] as readonly R[];
}
