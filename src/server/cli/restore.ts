import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../config/config.ts';
import { rows } from '../../kernel/work.ts';
import { SqliteDatabase } from '../../store/drivers/sqlite.ts';
import { missingMigrations, readMigrations } from '../../store/migrations.ts';
import { makeFit } from '../../store/restored.ts';
import { migrationsFolder } from '../migrations-folder.ts';
import { alone } from './alone.ts';
import { CommandFailed } from './command-failed.ts';

export interface RestoreOptions {
  readonly config: string;
  /** Puts the database that is there aside. */
  readonly force: boolean;
}

const NAME = 'plexus.db';

/**
 * Puts a copy that `backup` made in the place of the database.
 * @throws CommandFailed, ConfigurationError, DatabaseTooNew
 */
export async function restore(file: string, { config: configFile, force }: RestoreOptions): Promise<void> {
  const { data_dir: folder } = loadConfig(configFile);
  if (!existsSync(file)) throw new CommandFailed(`There is no file ${file}.`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await alone(folder, async () => {
    const place = join(folder, NAME);
    if (existsSync(place) && !force) throw new CommandFailed(`${place} is there already: --force puts it aside.`);
    const copy = `${place}.restoring`;
    process.umask(0o077);
    removeAll(copy);
    copyFileSync(file, copy);
    try {
      await prepare(copy, file);
    } catch (error) {
      removeAll(copy);
      throw error;
    }
    const aside = putAside(place);
    renameSync(copy, place);
    console.log(`The server starts with ${file} now.${aside === undefined ? '' : ` What was there is ${aside}.`}`);
    console.log('Devices make new one-time keys when they connect. Who logged out or changed a password since the backup has to do it again.');
  });
}

/** Everything beside a database that belongs to it. */
const parts = (place: string): string[] => [place, `${place}-wal`, `${place}-shm`];
const removeAll = (place: string): void => parts(place).forEach((part) => rmSync(part, { force: true }));

/** @throws CommandFailed for what is no database of Plexus, DatabaseTooNew */
async function prepare(copy: string, file: string): Promise<void> {
  const database = opened(copy, file);
  try {
    const applied = await database.read(() => rows<{ version: number }>('select version from schema_version')).catch(() => []);
    if (applied.length === 0) throw new CommandFailed(`${file} is no database of Plexus.`);
    missingMigrations(new Set(applied.map(({ version }) => version)), readMigrations(migrationsFolder, 'sqlite'));
    const damage = database.damage();
    if (damage !== undefined) throw new CommandFailed(`${file} is damaged: ${damage}`);
    await database.write(makeFit);
  } finally {
    // Closing writes what is in the log into the file itself.
    await database.close();
  }
}

function opened(copy: string, file: string): SqliteDatabase {
  try {
    return new SqliteDatabase(copy);
  } catch (error) {
    throw new CommandFailed(`${file} is no database: ${(error as Error).message}`);
  }
}

/** @returns where the database that was there is now */
function putAside(place: string): string | undefined {
  if (!existsSync(place)) return undefined;
  const aside = `${place}.before-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  const names = parts(aside);
  for (const [index, part] of parts(place).entries()) if (existsSync(part)) renameSync(part, names[index] ?? '');
  return aside;
}
