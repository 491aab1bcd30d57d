import type { JsonValue } from '../../core/json.ts';
import type { Log } from '../../kernel/log.ts';
import type { Work } from '../../kernel/work.ts';
import type { Actions, Usage } from '../actions.ts';
import { inOwnTables, migrateTables } from './own-transaction.ts';
import { Quota } from './quota.ts';
import type { Transaction } from './transaction.ts';

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

/** The tables of a module, and what it may keep. */
export interface OwnTables {
  /**
   * Makes the module's tables what they are, step by step: `migrate(['create table {things} (id integer primary key, name text)'])`. Each step is
   * done once, in a transaction; it may hold several statements. New ones come at the end, and those that were done may not change.
   * What runs on the tables waits for it, and fails when it has failed.
   */
  migrate(steps: readonly string[]): Promise<void>;
  /** How much the module keeps, by key and in its tables. It reads the tables. */
  usage(): Promise<Usage>;
}

/** Where a module keeps things. What would exceed its quota throws QuotaExceeded, and nothing of it is stored. */
export interface StorageApi {
  readonly store: KeyValueStore;
  readonly storage: OwnTables;
  /**
   * Runs one transaction on the module's own tables:
   * `runDbInteraction('count', function* (txn) { return yield* txn.row('select count(*) as count from {things}'); })`.
   * It can wait for nothing but the database. What throws is rolled back. The server's own tables can be read, not changed; those of other
   * modules can not even be read.
   */
  runDbInteraction<T, Args extends readonly unknown[]>(
    description: string,
    work: (txn: Transaction, ...args: Args) => Work<T>,
    ...args: Args
  ): Promise<T>;
}

interface StorageServices {
  /** The name under which its values are kept. */
  readonly module: string;
  readonly actions: Promise<Actions>;
  readonly quota: Partial<Usage> | undefined;
  readonly log: Log;
}

const PAGE = 100;
const MAX_PAGE = 1000;

export function storageApi({ module, actions, quota: limit, log }: StorageServices): StorageApi {
  const quota = new Quota(module, limit);
  let migrated: Promise<void> = Promise.resolve();
  return {
    store: keyValueStore(module, actions, quota),
    storage: Object.freeze<OwnTables>({
      migrate(steps) {
        migrated = migrated.then(async () => migrateTables(await actions, module, steps));
        // Whoever does not wait for it hears of it with the first thing that they want of the tables.
        migrated.catch((error: unknown) => log.error({ error }, 'the tables of the module could not be brought up to date'));
        return migrated;
      },
      async usage() {
        const server = await actions;
        return server.read(function* () {
          const [byKey, inTables] = [yield* server.values.usageOf(module), yield* server.tables.usageOf(module)];
          return { rows: byKey.rows + inTables.rows, bytes: byKey.bytes + inTables.bytes };
        });
      },
    }),
    async runDbInteraction(_description, work, ...args) {
      await migrated;
      const server = await actions;
      return server.work(() => inOwnTables(server, module, (txn) => work(txn, ...args), quota));
    },
  };
}

function keyValueStore(module: string, actions: Promise<Actions>, quota: Quota): KeyValueStore {
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
        if (value === undefined) {
          yield* values.remove(module, key);
          return value;
        }
        yield* values.put(module, key, json(value));
        yield* quota.checkValues(server);
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
