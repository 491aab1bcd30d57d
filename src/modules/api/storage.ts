import type { JsonValue } from '../../core/json.ts';
import { execute, row, rows, type Row, type SqlValue, type Work } from '../../kernel/work.ts';
import type { Actions } from '../actions.ts';
import { refuseServerTables } from './server-tables.ts';

export interface StoredValue {
  readonly key: string;
  readonly value: JsonValue;
}

export interface ListOptions {
  /** What the keys begin with. */
  readonly prefix?: string;
  /** The key behind which to go on: the last of the page before. */
  readonly after?: string;
  /** How many at most: 100 unless said, never more than 1000. */
  readonly limit?: number;
}

/** Values by key, in the server's database, where no other module sees them. */
export interface KeyValueStore {
  /** The value, or undefined. */
  get(key: string): Promise<JsonValue | undefined>;
  set(key: string, value: JsonValue): Promise<void>;
  /** @returns false when there was nothing */
  delete(key: string): Promise<boolean>;
  /** Some of the values, in the order of their keys. */
  list(options?: ListOptions): Promise<readonly StoredValue[]>;
  /**
   * Changes a value with nothing happening in between.
   * @param change must not be async; what it returns is kept, undefined deletes
   * @returns the new value
   */
  update<T extends JsonValue | undefined>(key: string, change: (value: JsonValue | undefined) => T): Promise<T>;
}

/** A statement for a module's own tables; `?` stands for an argument. To be used with `yield*`. */
export interface Transaction {
  rows<R extends object = Row>(sql: string, ...args: SqlValue[]): Work<readonly R[]>;
  row<R extends object = Row>(sql: string, ...args: SqlValue[]): Work<R | undefined>;
  execute(sql: string, ...args: SqlValue[]): Work<void>;
}

/** Where a module keeps things. */
export interface StorageApi {
  readonly store: KeyValueStore;
  /**
   * Runs one transaction on tables that the module has made (`create table if not exists …`):
   * `runDbInteraction('count', function* (txn) { return yield* txn.row('select count(*) as count from my_table'); })`.
   * It can wait for nothing but the database. What throws is rolled back. The server's own tables can be read, not changed.
   */
  runDbInteraction<T, Args extends readonly unknown[]>(
    description: string,
    work: (txn: Transaction, ...args: Args) => Work<T>,
    ...args: Args
  ): Promise<T>;
}

const PAGE = 100;
const MAX_PAGE = 1000;

/** @param module the name under which its values are kept */
export function storageApi(module: string, actions: Promise<Actions>): StorageApi {
  return {
    store: keyValueStore(module, actions),
    async runDbInteraction(_description, work, ...args) {
      const server = await actions;
      return server.work(() => work(transaction(server.serverTables), ...args));
    },
  };
}

function keyValueStore(module: string, actions: Promise<Actions>): KeyValueStore {
  const store: KeyValueStore = {
    async get(key) {
      const server = await actions;
      return server.read(() => server.values.find(module, key));
    },
    async set(key, value) {
      await store.update(key, () => value);
    },
    async delete(key) {
      const server = await actions;
      return server.work(() => server.values.remove(module, key));
    },
    async list({ prefix = '', after = '', limit = PAGE } = {}) {
      const server = await actions;
      return server.read(() => server.values.list(module, prefix, after, Math.min(limit, MAX_PAGE)));
    },
    async update(key, change) {
      const server = await actions;
      const { values } = server;
      return server.work(function* () {
        const value = change(yield* values.find(module, key));
        if (value === undefined) yield* values.remove(module, key);
        else yield* values.put(module, key, json(value));
        return value;
      });
    },
  };
  return Object.freeze(store);
}

/** A promise would be kept as `{}`. */
function json(value: JsonValue): JsonValue {
  if (value instanceof Promise || JSON.stringify(value) === undefined) throw new TypeError('Only JSON can be kept, and no promise');
  return value;
}

const transaction = (serverTables: ReadonlySet<string>): Transaction => ({
  rows: (sql, ...args) => rows(refuseServerTables(sql, serverTables), ...args),
  row: (sql, ...args) => row(refuseServerTables(sql, serverTables), ...args),
  execute: (sql, ...args) => execute(refuseServerTables(sql, serverTables), ...args),
});
