import { join } from 'node:path';
import { locate, type Config } from '../config/config.ts';
import { ConfigurationError } from '../config/configuration-error.ts';
import { readSigningKey } from '../config/signing-key.ts';
import { systemClock } from '../kernel/clock.ts';
import { lockFolder } from '../store/drivers/folder-lock.ts';
import { SqliteDatabase } from '../store/drivers/sqlite.ts';
import type { Exchange } from '../modules/index.ts';
import { readMigrations } from '../store/migrations.ts';
import { compose } from './compose.ts';
import { listen } from './listen.ts';
import { createLog } from './logging.ts';
import { migrationsFolder } from './migrations-folder.ts';
import type { TestParts } from './parts.ts';

export interface RunningServer {
  readonly urls: readonly string[];
  /** What was loaded, in a few words each, for the first lines of the log. */
  readonly loaded: readonly string[];
  /** Lets the modules of another configuration take the place of those that run. @throws ConfigurationError; then nothing has changed */
  exchangeModules(config: Config): Promise<Exchange>;
  /** Answers what is under way, then closes everything. */
  close(): Promise<void>;
}

/**
 * Starts the server that a configuration describes; its data folder is there. Throws before anything listens when it cannot run.
 * @param tests what stands in it where it is measured
 * @throws ConfigurationError, also when another server has the data folder; DatabaseTooNew
 */
export async function startServer(config: Config, tests: TestParts = {}): Promise<RunningServer> {
  const lock = lockFolder(config.data_dir);
  if (lock === undefined) throw folderInUse(config);
  const log = createLog(config.log.level, config.log.format);
  // Whatever the server writes is for its own user alone.
  process.umask(0o077);
  const database = new SqliteDatabase(join(config.data_dir, 'plexus.db'));
  try {
    const applied = database.migrate(readMigrations(migrationsFolder, 'sqlite'));
    if (applied.length > 0) log.info({ versions: applied }, 'the database was brought up to date');
    const signingKey = readSigningKey(config);
    const server = await compose({
      config,
      signingKey,
      database,
      mediaFolder: join(config.data_dir, 'media'),
      clock: systemClock,
      log,
      production: true,
      tests,
    });
    const listening = await listen(config.listeners, (listener) => server.handlerOf(listener));
    return {
      urls: listening.urls,
      loaded: server.loaded,
      exchangeModules: (wanted) => server.exchangeModules(wanted),
      async close() {
        server.stop();
        await listening.close();
        await server.close();
        await database.close();
        lock.release();
      },
    };
  } catch (error) {
    await database.close();
    lock.release();
    throw error;
  }
}

function folderInUse(config: Config): ConfigurationError {
  const message = `another Plexus runs on ${config.data_dir}, and two would destroy each other's data. End it, or give this one a folder of its own`;
  return new ConfigurationError([{ ...locate(config, ['data_dir']), path: ['data_dir'], message }]);
}
