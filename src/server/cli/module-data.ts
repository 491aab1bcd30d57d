import { join } from 'node:path';
import { loadConfig, type Config } from '../../config/config.ts';
import type { Reader } from '../../kernel/database.ts';
import { SqliteDatabase } from '../../store/drivers/sqlite.ts';
import * as moduleStore from '../../store/module-store.ts';
import * as moduleTables from '../../store/module-tables.ts';
import { namesOfModules } from '../start-modules.ts';
import { alone } from './alone.ts';
import { CommandFailed } from './command-failed.ts';
import { openStoredData } from './stored-data.ts';

interface Options {
  readonly config: string;
}

const PAGE = 500;

/** Lists the modules that keep something, with how much that is. @throws CommandFailed, ConfigurationError */
export async function listKeepers(options: Options): Promise<void> {
  const config = loadConfig(options.config);
  const configured = await namesOf(config);
  const database = await openStoredData(config);
  try {
    for (const module of await database.read(moduleStore.keepers)) {
      const [byKey, inTables] = [await database.read(() => moduleStore.usageOf(module)), await database.read(() => moduleTables.usageOf(module))];
      const note = configured.has(module) ? '' : ' (not configured: "plexus modules purge" forgets it)';
      console.log(`${module}: ${byKey.rows} values, ${inTables.rows} rows in tables, ${byKey.bytes + inTables.bytes} bytes${note}`);
    }
  } finally {
    await database.close();
  }
}

/** Prints all that a module keeps, a line of JSON each. @throws CommandFailed, ConfigurationError */
export async function exportModule(module: string, options: Options): Promise<void> {
  const database = await openStoredData(loadConfig(options.config));
  try {
    await requireKeeper(database, module);
    for await (const line of linesOf(database, module)) console.log(JSON.stringify(line));
  } finally {
    await database.close();
  }
}

/**
 * Forgets all that a module keeps.
 * @throws CommandFailed while the module is configured, or the server runs; ConfigurationError
 */
export async function purgeModule(module: string, options: Options): Promise<void> {
  const config = loadConfig(options.config);
  if ((await namesOf(config)).has(module)) throw new CommandFailed(`${module} is in ${options.config}: take it out first.`);
  await alone(config.data_dir, async () => {
    await (await openStoredData(config)).close();
    const database = new SqliteDatabase(join(config.data_dir, 'plexus.db'));
    try {
      await requireKeeper(database, module);
      await database.write(function* () {
        yield* moduleTables.drop(module);
        yield* moduleStore.removeAllOf(module);
      });
    } finally {
      await database.close();
    }
    console.log(`Forgot all that ${module} kept.`);
  });
}

/** The names under which the configured modules keep things. */
const namesOf = async (config: Config): Promise<ReadonlySet<string>> => new Set(await namesOfModules(config));

async function requireKeeper(reader: Reader, module: string): Promise<void> {
  const keepers = await reader.read(moduleStore.keepers);
  if (keepers.includes(module)) return;
  throw new CommandFailed(`No module ${module} keeps anything; ${keepers.length === 0 ? 'none does' : `those that do are ${keepers.join(', ')}`}.`);
}

async function* linesOf(reader: Reader, module: string): AsyncGenerator<object> {
  for (let last = ''; ;) {
    const values = await reader.read(() => moduleStore.list(module, '', last, PAGE));
    for (const { key, value } of values) yield { kind: 'value', key, value };
    last = values.at(-1)?.key ?? last;
    if (values.length < PAGE) break;
  }
  for (const table of await reader.read(() => moduleTables.ofModule(module))) {
    for (let count = 0; ;) {
      const found = await reader.read(() => moduleTables.read(table, count, PAGE));
      for (const row of found)
        yield { kind: 'row', table, row: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, writable(value)])) };
      count += found.length;
      if (found.length < PAGE) break;
    }
  }
}

/** Bytes as text. */
const writable = (value: unknown): unknown => (value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value);
