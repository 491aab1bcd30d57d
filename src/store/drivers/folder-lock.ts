import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';

/** Closed databases are kept, for the reason that sqlite.ts gives. */
const kept: object[] = [];

export interface FolderLock {
  release(): void;
}

/**
 * Takes a data folder for this process alone: what two servers remember of one database would soon be wrong in both. The lock is
 * SQLite's own on an empty file, so the operating system ends it with the process, however that ends.
 * @returns undefined when another server has it
 */
export function lockFolder(folder: string): FolderLock | undefined {
  const lock = new BetterSqlite3(join(folder, 'plexus.lock'), { timeout: 0 });
  kept.push(lock);
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') return undefined;
    throw error;
  }
  return { release: () => void lock.close() };
}
