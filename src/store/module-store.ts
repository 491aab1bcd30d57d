import type { JsonValue } from '../core/json.ts';
import { execute, row, rows, type Work } from '../kernel/work.ts';
import type { Usage } from './module-tables.ts';

/** Something that a module keeps under a key. */
export interface KeptValue {
  readonly key: string;
  readonly value: JsonValue;
}

interface ValueRow {
  readonly key: string;
  readonly value: string;
}

export function* find(module: string, key: string): Work<JsonValue | undefined> {
  const found = yield* row<ValueRow>('select key, value from module_store where module = ? and key = ?', module, key);
  return found === undefined ? undefined : (JSON.parse(found.value) as JsonValue);
}

export function* put(module: string, key: string, value: JsonValue): Work<void> {
  const text = JSON.stringify(value);
  const before = yield* row<{ size: number }>(`select ${SIZE} as size from module_store where module = ? and key = ?`, module, key);
  yield* execute(
    'insert into module_store (module, key, value) values (?, ?, ?) on conflict (module, key) do update set value = excluded.value',
    module,
    key,
    text,
  );
  yield* count(module, before === undefined ? 1 : 0, Buffer.byteLength(key) + Buffer.byteLength(text) - (before?.size ?? 0));
}

/** @returns false when there was nothing */
export function* remove(module: string, key: string): Work<boolean> {
  const removed = yield* row<{ size: number }>(`delete from module_store where module = ? and key = ? returning ${SIZE} as size`, module, key);
  if (removed !== undefined) yield* count(module, -1, -removed.size);
  return removed !== undefined;
}

/** Forgets all that a module keeps. */
export function* removeAllOf(module: string): Work<void> {
  yield* execute('delete from module_store where module = ?', module);
  yield* execute('delete from module_usage where module = ?', module);
}

/** How much a module keeps by key. */
export function* usageOf(module: string): Work<Usage> {
  const found = yield* row<Usage>('select entries as "rows", bytes from module_usage where module = ?', module);
  return found ?? { rows: 0, bytes: 0 };
}

/** The modules that keep something, by key or in tables. */
export function* keepers(): Work<readonly string[]> {
  const found = yield* rows<{ module: string }>(
    'select module from module_usage where entries > 0 union select module from module_tables union select module from module_migrations order by module',
  );
  return found.map(({ module }) => module);
}

/** The bytes of a key and its value. */
const SIZE = 'length(cast(key as blob)) + length(cast(value as blob))';

function* count(module: string, entries: number, bytes: number): Work<void> {
  yield* execute(
    `insert into module_usage (module, entries, bytes) values (?, ?, ?)
     on conflict (module) do update set entries = entries + excluded.entries, bytes = bytes + excluded.bytes`,
    module,
    entries,
    bytes,
  );
}

/** The values whose keys begin with a prefix and come after a key, in the order of the keys. */
export function* list(module: string, prefix: string, after: string, limit: number): Work<readonly KeptValue[]> {
  const found = yield* rows<ValueRow>(
    'select key, value from module_store where module = ? and key >= ? and key > ? and substr(key, 1, ?) = ? order by key limit ?',
    module,
    prefix,
    after,
    // SQL counts characters, where JavaScript counts UTF-16 units.
    Array.from(prefix).length,
    prefix,
    limit,
  );
  return found.map(({ key, value }) => ({ key, value: JSON.parse(value) as JsonValue }));
}
