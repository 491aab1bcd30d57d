import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One numbered step of the database's schema. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

const FILE = /^(\d{3})-([a-z0-9-]+)(\.sqlite|\.postgres)?\.sql$/;

/** Reads the steps of a folder in order; `.sqlite.sql` files take the place of their common twins. */
export function readMigrations(folder: string, dialect: 'sqlite' | 'postgres'): readonly Migration[] {
  const steps = new Map<number, Migration>();
  for (const file of readdirSync(folder).toSorted()) {
    const match = FILE.exec(file);
    if (match === null) continue;
    const [, number, name, twin] = match;
    const version = Number(number);
    if (twin === undefined ? steps.has(version) : twin !== `.${dialect}`) continue;
    steps.set(version, { version, name: name ?? '', sql: readFileSync(join(folder, file), 'utf8') });
  }
  return [...steps.values()].toSorted((a, b) => a.version - b.version);
}

/** The database was written by a newer program. */
export class DatabaseTooNew extends Error {
  override readonly name = 'DatabaseTooNew';
}

/** The steps that a database with some of them still needs. @throws DatabaseTooNew when it has one that this program does not know */
export function missingMigrations(applied: ReadonlySet<number>, migrations: readonly Migration[]): readonly Migration[] {
  const known = new Set(migrations.map((step) => step.version));
  const newer = [...applied].filter((version) => !known.has(version));
  if (newer.length > 0) {
    throw new DatabaseTooNew(
      `The database has schema version ${Math.max(...newer)}, but this Plexus knows only up to ${Math.max(0, ...known)}. ` +
        'Start the newer Plexus again, or restore a backup.',
    );
  }
  return migrations.filter((step) => !applied.has(step.version));
}
