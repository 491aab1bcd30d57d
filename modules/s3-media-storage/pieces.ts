import { createHash } from 'node:crypto';
import { StorageError } from './storage-error.ts';

/** A stream that is read part by part. Never more of it is in memory than one of its pieces. */
export class Pieces {
  readonly #stream: AsyncIterator<Uint8Array>;
  #rest: Uint8Array | undefined;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#stream = stream[Symbol.asyncIterator]();
  }

  /** The next bytes. @throws StorageError when there are not as many */
  async *take(bytes: number): AsyncGenerator<Uint8Array> {
    let missing = bytes;
    while (missing > 0) {
      const piece = this.#rest ?? (await this.#next());
      this.#rest = piece.length > missing ? piece.subarray(missing) : undefined;
      missing -= Math.min(piece.length, missing);
      yield this.#rest === undefined ? piece : piece.subarray(0, piece.length - this.#rest.length);
    }
  }

  /** Nothing more is read. */
  async end(): Promise<void> {
    await this.#stream.return?.();
  }

  async #next(): Promise<Uint8Array> {
    const { done, value } = await this.#stream.next();
    if (done === true) throw new StorageError('the file is shorter than it was');
    return value;
  }
}

/** A part of a file. */
export interface Part {
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Reads a file once to see what its parts are. */
export async function partsOf(stream: AsyncIterable<Uint8Array>, size: number, partSize: number): Promise<readonly Part[]> {
  const pieces = new Pieces(stream);
  const parts: Part[] = [];
  for (let left = size; left > 0; left -= partSize) {
    const hash = createHash('sha256');
    const bytes = Math.min(left, partSize);
    for await (const piece of pieces.take(bytes)) hash.update(piece);
    parts.push({ size: bytes, sha256: hash.digest('hex') });
  }
  await pieces.end();
  return parts;
}
