import { existsSync } from 'node:fs';
import { loadConfig } from '../../config/config.ts';
import { writeRecording } from '../replay/recording/write-recording.ts';
import { CommandFailed } from './command-failed.ts';
import { openStored, openStoredData } from './stored-data.ts';

export interface RecordOptions {
  readonly config: string;
  /** A copy of the database. */
  readonly database?: string;
  /** How far back, in ms. */
  readonly since: number;
  readonly withWords: boolean;
}

/**
 * Writes what modules were asked about the stored events into a file, for tests of modules.
 * @throws CommandFailed, ConfigurationError, DatabaseTooNew
 */
export async function record(file: string, { database: copy, since, withWords: words, config: configFile }: RecordOptions): Promise<void> {
  const config = loadConfig(configFile);
  if (existsSync(file)) throw new CommandFailed(`${file} is there already: name a file that is not.`);
  const database = await (copy === undefined ? openStoredData(config) : openStored(copy));
  try {
    await writeRecording(database, { serverName: config.server_name, since: Date.now() - since, words }, file);
  } finally {
    await database.close();
  }
  console.log(words ? `Wrote ${file}, with what people wrote: keep it as safe as the database.` : `Wrote ${file}, without what people wrote.`);
}
