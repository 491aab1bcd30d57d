import { migrationsFolder } from '../server/migrations-folder.ts';
import { SqliteDatabase } from '../store/drivers/sqlite.ts';
import { readMigrations } from '../store/migrations.ts';

/** Migrating once and opening the image is many times faster than migrating each time. */
let emptyDatabase: Buffer | undefined;

/** @param source a file, an image, or one that is open; undefined for an empty one in memory */
export function openDatabase(source?: string | Buffer | SqliteDatabase): SqliteDatabase {
  const migrations = readMigrations(migrationsFolder, 'sqlite');
  if (source !== undefined) {
    const database = source instanceof SqliteDatabase ? source : new SqliteDatabase(source);
    database.migrate(migrations);
    return database;
  }
  if (emptyDatabase === undefined) {
    const first = new SqliteDatabase(':memory:');
    first.migrate(migrations);
    emptyDatabase = first.serialize();
  }
  return new SqliteDatabase(emptyDatabase);
}
