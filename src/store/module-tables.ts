import { execute, inList, row, rows, type Work } from '../kernel/work.ts';

/** How much a module keeps. */
export interface Usage {
  readonly rows: number;
  readonly bytes: number;
}

/** Whose each table is that a module has made; names in lower case. */
export function* owners(): Work<ReadonlyMap<string, string>> {
  const found = yield* rows<{ table: string; module: string }>('select table_name as "table", module from module_tables');
  return new Map(found.map(({ table, module }) => [table, module]));
}

export function* ofModule(module: string): Work<readonly string[]> {
  const found = yield* rows<{ table: string }>('select table_name as "table" from module_tables where module = ? order by table_name', module);
  return found.map(({ table }) => table);
}

/** Notes which tables a module has, after it has made or dropped some. @param prefix with which all of their names begin */
export function* note(module: string, prefix: string): Work<void> {
  yield* execute(
    `insert into module_tables (table_name, module) select lower(name), ? from sqlite_master
     where type in ('table', 'view') and substr(lower(name), 1, ?) = ? on conflict (table_name) do nothing`,
    module,
    prefix.length,
    prefix,
  );
  yield* execute('delete from module_tables where module = ? and table_name not in (select lower(name) from sqlite_master)', module);
}

/** How much stands in the tables of a module, with their indexes. It reads them all. */
export function* usageOf(module: string): Work<Usage> {
  const real = yield* rows<{ name: string }>(
    `select name from sqlite_master where type = 'table' and lower(name) in (select table_name from module_tables where module = ?)`,
    module,
  );
  let count = 0;
  for (const { name } of real) count += (yield* row<{ count: number }>(`select count(*) as count from ${quoted(name)}`))?.count ?? 0;
  return { rows: count, bytes: yield* bytesOf(real.map(({ name }) => name)) };
}

function* bytesOf(tables: readonly string[]): Work<number> {
  const list = inList(tables);
  const btrees = yield* rows<{ name: string }>(`select name from sqlite_master where rootpage > 0 and tbl_name in ${list.marks}`, ...list.args);
  let bytes = 0;
  for (const { name } of btrees) {
    bytes += (yield* row<{ size: number | null }>('select sum(pgsize) as size from dbstat where aggregate = true and name = ?', name))?.size ?? 0;
  }
  return bytes;
}

/** Rows of one table of a module, in pages. @param after the number of rows that were read before */
export function* read(table: string, after: number, limit: number): Work<readonly Readonly<Record<string, unknown>>[]> {
  return yield* rows<Readonly<Record<string, unknown>>>(`select * from ${quoted(table)} limit ? offset ?`, limit, after);
}

/** Drops all tables of a module, and forgets the steps that made them. */
export function* drop(module: string): Work<void> {
  for (const type of ['view', 'table'] as const) {
    const found = yield* rows<{ name: string }>(
      'select name from sqlite_master where type = ? and lower(name) in (select table_name from module_tables where module = ?)',
      type,
      module,
    );
    for (const { name } of found) yield* execute(`drop ${type} if exists ${quoted(name)}`);
  }
  yield* execute('delete from module_tables where module = ?', module);
  yield* execute('delete from module_migrations where module = ?', module);
}

/** The hashes of the steps that a module has applied, in order. */
export function* steps(module: string): Work<readonly string[]> {
  const found = yield* rows<{ hash: string }>('select hash from module_migrations where module = ? order by step', module);
  return found.map(({ hash }) => hash);
}

export function* noteStep(module: string, step: number, hash: string): Work<void> {
  yield* execute('insert into module_migrations (module, step, hash) values (?, ?, ?)', module, step, hash);
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
