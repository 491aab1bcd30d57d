import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import type { Config } from './config.ts';
import { ConfigurationError } from './configuration-error.ts';
import { renderConfig } from './render.ts';
import { generateSigningKeyLine, signingKeyFile } from './signing-key.ts';

const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/**
 * Writes the configuration of a first start, which only this machine can reach: server name `localhost`, port 8008 on the
 * loopback address, registration open to loopback, a random shared secret, a log for people.
 * @throws ConfigurationError when the file exists or cannot be written
 */
export function writeFirstConfig(file: string): void {
  writeNew(file, renderConfig({ registration: { mode: 'open', shared_secret: randomBytes(32).toString('base64url') }, log: { format: 'text' } }));
}

/**
 * Makes the data folder and the signing key, where they do not exist.
 * @returns the paths of what was made
 * @throws ConfigurationError when they cannot be written, or when the key of an existing database is gone
 */
export function prepareDataFolder(config: Pick<Config, 'data_dir'>): string[] {
  const made: string[] = [];
  if (!existsSync(config.data_dir)) {
    guard(config.data_dir, () => mkdirSync(config.data_dir, { recursive: true, mode: OWNER_ONLY_FOLDER }));
    made.push(config.data_dir);
  }
  const keyFile = signingKeyFile(config);
  if (existsSync(keyFile)) return made;
  refuseLostKey(config.data_dir, keyFile);
  writeNew(keyFile, generateSigningKeyLine());
  return [...made, keyFile];
}

/** With another key, events that this server has signed would no longer be its own. */
function refuseLostKey(folder: string, keyFile: string): void {
  const database = guard(folder, () => readdirSync(folder)).find((name) => /\.(?:db|sqlite3?)$/.test(name));
  if (database === undefined) return;
  const message = `is missing, but there is a database (${database}): bring the key back, or make a new one with "plexus generate-signing-key"`;
  throw new ConfigurationError([{ file: keyFile, path: [], message }]);
}

/** Never writes over a file, not even one that came into being a moment ago. */
function writeNew(file: string, text: string): void {
  guard(file, () => writeFileSync(file, text, { flag: 'wx', mode: OWNER_ONLY_FILE }));
}

function guard<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const message = `cannot be made: ${(error as Error).message}. Start Plexus in a folder where it may write, or name a configuration with --config`;
    throw new ConfigurationError([{ file, path: [], message }]);
  }
}
