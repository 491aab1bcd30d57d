import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { mediaFileKey } from '../../core/media-file-key.ts';
import type { Reader } from '../../kernel/database.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { FileTarget, FileWrapper } from '../../kernel/question-values.ts';
import * as media from '../../store/media.ts';
import type { MediaBytes } from '../../store/media-copies.ts';
import { Turns } from '../turns.ts';
import { ArrivingFile } from './arriving-file.ts';
import type { UsedFiles } from './used-files.ts';

/** A file that was received but belongs to nobody yet. */
export interface IncomingFile extends FileWrapper {
  readonly sha256: string;
}

/** The part of a file to read; both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A file in `incoming/`. */
interface Arrival {
  readonly path: string;
  /** Resolves when it has got its place, or is gone. */
  readonly settled: Promise<void>;
  settle(): void;
}

/** What the folder needs where a storage has files, too. */
interface StorageServices {
  /** Brings a file from there into the folder. @throws M_UNKNOWN (502) when it cannot be had */
  fetch(bytes: MediaBytes): Promise<void>;
  readonly used: UsedFiles;
}

/**
 * The media folder. A file arrives in `incoming/` and moves to a place named by its hash once the database refers to it: what is
 * in `incoming/` can be read by nobody, and what the database refers to is in one of the two, whenever the server dies. Only a file that a storage has
 * may be in neither: whoever reads it waits until it is fetched.
 */
export class MediaFiles {
  readonly #folder: string;
  readonly #incoming: string;
  readonly #storage: StorageServices;
  /** Files in `incoming/` by their hash. */
  readonly #arriving = new Map<string, Arrival>();
  /** Files that are being fetched, by their hash. */
  readonly #fetching = new Map<string, Promise<void>>();
  /** What is put to a place, and what is taken from it. */
  readonly #places = new Turns();

  private constructor(folder: string, storage: StorageServices) {
    this.#folder = folder;
    this.#incoming = join(folder, 'incoming');
    this.#storage = storage;
  }

  /** Opens the folder, and settles what an earlier run left in `incoming/`. */
  static async open(folder: string, reader: Reader, storage: StorageServices): Promise<MediaFiles> {
    const files = new MediaFiles(folder, storage);
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
      return await this.#named(unnamed, await write(unnamed, source, maxSize));
    } catch (error) {
      await rm(unnamed, { force: true });
      throw error;
    }
  }

  /**
   * Receives a file from a storage.
   * @param give hands it over
   * @returns undefined when it did not say that it has
   * @throws what went wrong with the disk
   */
  async receiveFrom(bytes: MediaBytes, give: (target: FileTarget) => Promise<boolean>): Promise<IncomingFile | undefined> {
    const arriving = new ArrivingFile(join(this.#incoming, randomUUID()), bytes);
    try {
      const isWhole = await give(arriving);
      await arriving.complete();
      return isWhole ? await this.#named(arriving.path, bytes) : undefined;
    } finally {
      await arriving.discard();
    }
  }

  /** Gives an incoming file its place when the database refers to it, and deletes it otherwise. */
  async settle(file: IncomingFile, isKept: boolean): Promise<void> {
    const arrival = this.#arriving.get(file.sha256);
    try {
      if (isKept) await this.#places.take(file.sha256, () => this.#move(file.path, file.sha256));
      else await rm(file.path, { force: true });
    } finally {
      if (arrival?.path === file.path) {
        this.#arriving.delete(file.sha256);
        arrival.settle();
      }
    }
  }

  /**
   * Opens a file, or a part of it, wherever it is: a commit wakes those who wait for a file before it has moved to its place.
   * @throws M_UNKNOWN (502) when it is not here and cannot be fetched
   */
  async read(bytes: MediaBytes, range?: ByteRange): Promise<Readable> {
    this.#storage.used.note(bytes.sha256);
    const file = (await this.#opened(bytes.sha256)) ?? (await this.#fetched(bytes));
    return file.createReadStream(range);
  }

  /** A file in its place; undefined when it is not here. */
  async find({ sha256, size }: MediaBytes): Promise<FileWrapper | undefined> {
    const path = this.#placeOf(sha256);
    if (!(await isThere(path))) await this.#arriving.get(sha256)?.settled;
    return (await isThere(path)) ? { path, size, stream: () => createReadStream(path) } : undefined;
  }

  /** A file in its place, to which it is fetched if need be; undefined when it cannot be had. */
  async bring(bytes: MediaBytes): Promise<FileWrapper | undefined> {
    const here = await this.find(bytes);
    if (here !== undefined) return here;
    try {
      await this.#fetchOnce(bytes);
    } catch (error) {
      if (error instanceof MatrixError) return undefined;
      throw error;
    }
    return this.find(bytes);
  }

  /**
   * Deletes a file.
   * @param mayGo whether nobody wants it here: asked when nobody can bring it back any more before it is gone
   * @returns whether it did so
   */
  remove(sha256: string, mayGo: () => Promise<boolean>): Promise<boolean> {
    return this.#places.take(sha256, async () => {
      if (!(await mayGo())) return false;
      await rm(this.#placeOf(sha256), { force: true });
      return true;
    });
  }

  /** It is moving to its place, is there, or has got there meanwhile. */
  async #opened(sha256: string): Promise<FileHandle | undefined> {
    const place = this.#placeOf(sha256);
    const arriving = this.#arriving.get(sha256);
    return (arriving && (await opened(arriving.path))) ?? (await opened(place)) ?? (arriving && (await opened(place)));
  }

  async #fetched(bytes: MediaBytes): Promise<FileHandle> {
    await this.#fetchOnce(bytes);
    return open(this.#placeOf(bytes.sha256));
  }

  /** However many want a file, it is fetched once. */
  #fetchOnce(bytes: MediaBytes): Promise<void> {
    let fetching = this.#fetching.get(bytes.sha256);
    if (fetching === undefined) {
      fetching = this.#storage.fetch(bytes).finally(() => this.#fetching.delete(bytes.sha256));
      this.#fetching.set(bytes.sha256, fetching);
    }
    return fetching;
  }

  async #named(unnamed: string, { sha256, size }: MediaBytes): Promise<IncomingFile> {
    const path = join(this.#incoming, `${sha256}.${randomUUID()}`);
    await rename(unnamed, path);
    let settle = (): void => undefined;
    const settled = new Promise<void>((resolve) => (settle = resolve));
    this.#arriving.set(sha256, { path, settled, settle });
    return { path, size, sha256, stream: () => createReadStream(path) };
  }

  #placeOf(sha256: string): string {
    return join(this.#folder, 'files', mediaFileKey(sha256));
  }

  async #move(from: string, sha256: string): Promise<void> {
    const to = this.#placeOf(sha256);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await rename(from, to);
  }
}

/** Undefined when there is no such file. @throws what else goes wrong */
async function opened(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  const file = await opened(path);
  await file?.close();
  return file !== undefined;
}

async function write(path: string, source: Readable | Buffer, maxSize: number): Promise<MediaBytes> {
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
