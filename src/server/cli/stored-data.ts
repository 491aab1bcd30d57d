import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { rows } from '../../kernel/work.ts';
import { SqliteDatabase } from '../../store/drivers/sqlite.ts';
import { missingMigrations, readMigrations } from '../../store/migrations.ts';
import { migrationsFolder } from '../migrations-folder.ts';
import { CommandFailed } from './command-failed.ts';

/** Opens the server's database as below. */
export const openStoredData = ({ data_dir: folder }: Config): Promise<SqliteDatabase> => openStored(join(folder, 'plexus.db'));

/**
 * Opens a database for reading only, also beside a running server.
 * @throws CommandFailed where there is none, or an older one; DatabaseTooNew
 */
export async function openStored(file: string): Promise<SqliteDatabase> {
  if (!existsSync(file)) throw new CommandFailed(`There is no database ${file}: has this server been started before?`);
  const database = new SqliteDatabase(file, { readOnly: true });
  const applied = await database.read(() => rows<{ version: number }>('select version from schema_version'));
  const missing = missingMigrations(new Set(applied.map(({ version }) => version)), readMigrations(migrationsFolder, 'sqlite'));
  if (missing.length === 0) return database;
  await database.close();
  throw new CommandFailed(`The database ${file} was written by an older Plexus: start this one once, which brings it up to date.`);
}
