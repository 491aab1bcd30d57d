import { createHash, type Hash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import type { FileTarget } from '../../kernel/question-values.ts';
import type { MediaBytes } from '../../store/media-copies.ts';

/** A file that comes from a storage, piece by piece, and is held against what it has to be. */
export class ArrivingFile implements FileTarget {
  readonly path: string;
  readonly #wanted: MediaBytes;
  readonly #opened: Promise<FileHandle>;
  #size = 0;
  #hash: Hash = createHash('sha256');
  /** Of several storages that were asked the one that gives it now. */
  #giver = 0;
  #written: Promise<void> = Promise.resolve();

  /** @param path where nothing is yet */
  constructor(path: string, wanted: MediaBytes) {
    this.path = path;
    this.#wanted = wanted;
    this.#opened = open(path, 'ax', 0o600);
    this.#opened.catch(() => undefined);
  }

  begin(): (piece: Uint8Array) => Promise<void> {
    const giver = (this.#giver += 1);
    [this.#size, this.#hash] = [0, createHash('sha256')];
    void this.#next((file) => file.truncate(0));
    return (piece) => {
      if (giver !== this.#giver) return Promise.reject(new Error('this comes too late: the file is not waited for any more'));
      if (!(piece instanceof Uint8Array)) return Promise.reject(new TypeError('a piece of a file has to be a Uint8Array'));
      this.#size += piece.length;
      if (this.#size > this.#wanted.size) return Promise.reject(new Error(`there are more than the ${this.#wanted.size} bytes that the file has`));
      this.#hash.update(piece);
      return this.#next((file) => file.appendFile(piece));
    };
  }

  get isWhole(): boolean {
    return this.#size === this.#wanted.size && this.#hash.copy().digest('hex') === this.#wanted.sha256;
  }

  /** Takes no more, and brings what came onto the disk. @throws what went wrong with the disk */
  async complete(): Promise<void> {
    this.#giver += 1;
    await this.#next((file) => file.datasync());
  }

  /** Takes no more, and leaves nothing. */
  async discard(): Promise<void> {
    this.#giver += 1;
    await this.#written.catch(() => undefined);
    await this.#opened.then((file) => file.close()).catch(() => undefined);
    await rm(this.path, { force: true });
  }

  /** One thing after the other; after a failure nothing more. */
  #next(work: (file: FileHandle) => Promise<void>): Promise<void> {
    this.#written = this.#written.then(async () => work(await this.#opened));
    this.#written.catch(() => undefined);
    return this.#written;
  }
}
