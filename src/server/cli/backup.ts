import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { loadConfig } from '../../config/config.ts';
import { CommandFailed } from './command-failed.ts';
import { openStoredData } from './stored-data.ts';

/**
 * Copies the database into one file, also while the server runs and writes.
 * @throws CommandFailed, ConfigurationError
 */
export async function backup(file: string, options: { readonly config: string }): Promise<void> {
  const config = loadConfig(options.config);
  if (existsSync(file)) throw new CommandFailed(`${file} is there already: name a file that is not.`);
  const database = await openStoredData(config);
  process.umask(0o077);
  try {
    database.copyTo(file);
  } catch (error) {
    throw new CommandFailed(`The copy could not be made: ${(error as Error).message}`);
  } finally {
    await database.close();
  }
  await onDisk(file);
  console.log(`Copied the database to ${file}. It holds all that modules keep, too.`);
  console.log(`Not in it: ${options.config}, the signing key and the folder media in ${config.data_dir}. Copy them as well; the folder after this.`);
}

/** What is not on the disk is no backup. */
async function onDisk(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.sync();
  await handle.close();
}
