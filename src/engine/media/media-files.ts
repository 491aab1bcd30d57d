import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Reader } from '../../kernel/database.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { FileWrapper } from '../../kernel/question-values.ts';
import * as media from '../../store/media.ts';

/** A file that was received but belongs to nobody yet. */
export interface IncomingFile extends FileWrapper {
  readonly sha256: string;
}

/** The part of a file to read; both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The media folder. A file arrives in `incoming/` and moves to a place named by its hash once the database refers to it: what is
 * in `incoming/` can be read by nobody, and what the database refers to is in one of the two, whenever the server dies.
 */
export class MediaFiles {
  readonly #folder: string;
  readonly #incoming: string;
  /** Files in `incoming/` by their hash. */
  readonly #arriving = new Map<string, string>();

  private constructor(folder: string) {
    this.#folder = folder;
    this.#incoming = join(folder, 'incoming');
  }

  /** Opens the folder, and settles what an earlier run left in `incoming/`. */
  static async open(folder: string, reader: Reader): Promise<MediaFiles> {
    const files = new MediaFiles(folder);
    await mkdir(files.#incoming, { recursive: true, mode: 0o700 });
    for (const name of await readdir(files.#incoming)) {
      const [sha256 = ''] = name.split('.', 1);
      const path = join(files.#incoming, name);
      const isKept = name.includes('.') && (await reader.read(() => media.isReferenced(sha256)));
      if (isKept) await files.#move(path, sha256);
      else await rm(path);
    }
    return files;
  }

  /**
   * Receives a file without holding it in memory.
   * @param maxSize bytes
   * @throws M_TOO_LARGE; whatever ends the stream
   */
  async receive(source: Readable | Buffer, maxSize: number): Promise<IncomingFile> {
    const unnamed = join(this.#incoming, randomUUID());
    try {
      const { sha256, size } = await write(unnamed, source, maxSize);
      const path = join(this.#incoming, `${sha256}.${randomUUID()}`);
      await rename(unnamed, path);
      this.#arriving.set(sha256, path);
      return { path, size, sha256, stream: () => createReadStream(path) };
    } catch (error) {
      await rm(unnamed, { force: true });
      throw error;
    }
  }

  /** Gives an incoming file its place when the database refers to it, and deletes it otherwise. */
  async settle(file: IncomingFile, isKept: boolean): Promise<void> {
    if (isKept) await this.#move(file.path, file.sha256);
    else await rm(file.path, { force: true });
    if (this.#arriving.get(file.sha256) === file.path) this.#arriving.delete(file.sha256);
  }

  /**
   * Opens a file, or a part of it, wherever it is: a commit wakes those who wait for a file before it has moved to its place.
   * @throws ENOENT when the bytes are gone
   */
  async read(sha256: string, range?: ByteRange): Promise<Readable> {
    for (const path of [this.#arriving.get(sha256), this.#placeOf(sha256)]) {
      const file = path === undefined ? undefined : await open(path).catch(() => undefined);
      if (file !== undefined) return file.createReadStream(range);
    }
    const file = await open(this.#placeOf(sha256));
    return file.createReadStream(range);
  }

  #placeOf(sha256: string): string {
    return join(this.#folder, 'files', sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }

  async #move(from: string, sha256: string): Promise<void> {
    const to = this.#placeOf(sha256);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await rename(from, to);
  }
}

async function write(path: string, source: Readable | Buffer, maxSize: number): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      hash.update(chunk);
      done(size > maxSize ? new MatrixError(413, 'M_TOO_LARGE', `The file is larger than the ${maxSize} bytes that are allowed`) : null, chunk);
    },
  });
  await pipeline(Buffer.isBuffer(source) ? [source] : source, measure, createWriteStream(path, { mode: 0o600 }));
  // The database will say that the file is there, so it has to be on the disk before.
  const file = await open(path, 'r+');
  await file.datasync();
  await file.close();
  return { sha256: hash.digest('hex'), size };
}
