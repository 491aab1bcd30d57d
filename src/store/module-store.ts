import type { JsonValue } from '../core/json.ts';
import { execute, row, rows, type Work } from '../kernel/work.ts';

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
  yield* execute(
    'insert into module_store (module, key, value) values (?, ?, ?) on conflict (module, key) do update set value = excluded.value',
    module,
    key,
    JSON.stringify(value),
  );
}

/** @returns false when there was nothing */
export function* remove(module: string, key: string): Work<boolean> {
  return (yield* row<ValueRow>('delete from module_store where module = ? and key = ? returning key', module, key)) !== undefined;
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
