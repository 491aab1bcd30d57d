import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MediaFileName, ModuleApi } from 'plexus/module';

/** Keeps all media in a second folder, perhaps on another disk. */
export default class SecondFolder {
  constructor({ folder }: { folder: string }, api: ModuleApi) {
    const pathOf = ({ key }: MediaFileName): string => join(folder, key);
    /** Undefined for a file that is not there; a disk that cannot be read is a failure. */
    const sizeOf = async (name: MediaFileName): Promise<number | undefined> => {
      try {
        return (await stat(pathOf(name))).size;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    };
    api.registerMediaStorageCallbacks({
      get_media_storage_id: () => folder,
      has_media_file: async (name) => (await sizeOf(name)) === name.size,
      async store_media_file(name, file) {
        await mkdir(dirname(pathOf(name)), { recursive: true });
        const copy = await open(`${pathOf(name)}.new`, 'w');
        try {
          await copy.writeFile(file.stream());
          await copy.sync();
        } finally {
          await copy.close();
        }
        await rename(`${pathOf(name)}.new`, pathOf(name));
        return true;
      },
      async fetch_media_file(name, write) {
        if ((await sizeOf(name)) === undefined) return false;
        for await (const piece of createReadStream(pathOf(name))) await write(piece as Uint8Array);
        return true;
      },
      async delete_media_file(name) {
        await rm(pathOf(name), { force: true });
        return true;
      },
    });
  }
}
