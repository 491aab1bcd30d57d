import type { MediaFileName, MediaStorageCallbacks } from '../../src/modules/public.ts';
import { moduleWith } from '../modules/module-with.ts';

/** A storage of a module that keeps files in memory, and fails as it is told. */
export class MemoryStorage {
  id: string;
  readonly files = new Map<string, Buffer>();
  /** What it was asked, e.g. `has abcd…`, by hash. */
  readonly asked: string[] = [];
  /** Callbacks that behave in another way than they should. */
  instead: Partial<MediaStorageCallbacks> = {};

  constructor(id = 'memory') {
    this.id = id;
  }

  get module(): object {
    return moduleWith((api) => api.registerMediaStorageCallbacks(this.#callbacks));
  }

  /** How often it was asked something. */
  count(question: string): number {
    return this.asked.filter((asked) => asked.startsWith(question)).length;
  }

  #note(question: string, { sha256 }: MediaFileName): void {
    this.asked.push(`${question} ${sha256}`);
  }

  readonly #callbacks: Required<MediaStorageCallbacks> = {
    get_media_storage_id: () => this.id,
    has_media_file: (name) => {
      this.#note('has', name);
      return this.instead.has_media_file?.(name) ?? this.files.get(name.key)?.length === name.size;
    },
    store_media_file: async (name, file) => {
      this.#note('store', name);
      if (this.instead.store_media_file !== undefined) return this.instead.store_media_file(name, file);
      const pieces: Uint8Array[] = [];
      await file.writeChunksTo((piece) => pieces.push(piece));
      this.files.set(name.key, Buffer.concat(pieces));
      return true;
    },
    fetch_media_file: async (name, write) => {
      this.#note('fetch', name);
      if (this.instead.fetch_media_file !== undefined) return this.instead.fetch_media_file(name, write);
      const file = this.files.get(name.key);
      if (file === undefined) return false;
      await write(file);
      return true;
    },
    delete_media_file: (name) => {
      this.#note('delete', name);
      if (this.instead.delete_media_file !== undefined) return this.instead.delete_media_file(name);
      this.files.delete(name.key);
      return true;
    },
  };
}

/** What a callback does in a storage that is down. */
export const isDown = (): never => {
  throw new Error('the storage is down');
};
