import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64, toBase64 } from '../core/base64.ts';
import { createSigningKey, generateSeed, type SigningKey } from '../core/signatures.ts';
import type { Config } from './config.ts';
import { ConfigurationError } from './configuration-error.ts';

const LINE = /^ed25519 (\w+) (\S+)$/;
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

export const signingKeyFile = (config: Pick<Config, 'data_dir'>): string => join(config.data_dir, 'signing.key');

/** The content of a new key file: one line, `ed25519 <version> <seed as base64>`, which other homeservers read and write as well. */
export function generateSigningKeyLine(): string {
  const version = Array.from({ length: 4 }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');
  return `ed25519 a_${version} ${toBase64(generateSeed())}\n`;
}

/**
 * The key with which this server signs.
 * @throws ConfigurationError when the file cannot be read or has another form
 */
export function readSigningKey(config: Pick<Config, 'data_dir'>): SigningKey {
  const file = signingKeyFile(config);
  try {
    const [, version = '', seed = ''] = LINE.exec(readFileSync(file, 'utf8').trim()) ?? [];
    return createSigningKey(`ed25519:${version}`, fromBase64(seed) ?? Buffer.alloc(0));
  } catch (error) {
    const cause =
      error instanceof RangeError ? 'must have one line "ed25519 <version> <32 bytes as base64>"' : `cannot be read: ${(error as Error).message}`;
    throw new ConfigurationError([{ file, path: [], message: cause }]);
  }
}
