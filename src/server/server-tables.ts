import { readMigrations } from '../store/migrations.ts';
import { migrationsFolder } from './migrations-folder.ts';

let names: ReadonlySet<string> | undefined;

/** The tables of the server's own database schema, as its migrations make them. */
export function serverTables(): ReadonlySet<string> {
  names ??= new Set(['schema_version', ...readMigrations(migrationsFolder, 'sqlite').flatMap(({ sql }) => tablesMadeIn(sql))]);
  return names;
}

const tablesMadeIn = (sql: string): string[] =>
  [...sql.matchAll(/\bcreate\s+(?:virtual\s+)?table\s+(?:if\s+not\s+exists\s+)?(\w+)|\brename\s+to\s+(\w+)/gi)].map(([, made, renamed]) =>
    (made ?? renamed ?? '').toLowerCase(),
  );
