import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Reader } from '../../../kernel/database.ts';
import { recordHistory, type RecordingWish } from './record-history.ts';

/**
 * Writes a recording into a file that is not there yet, and that only its owner may read.
 * @throws Error with the code EEXIST
 */
export async function writeRecording(reader: Reader, wish: RecordingWish, file: string): Promise<void> {
  async function* lines(): AsyncGenerator<string, void> {
    for await (const line of recordHistory(reader, wish)) yield `${line}\n`;
  }
  await pipeline(Readable.from(lines()), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
}
