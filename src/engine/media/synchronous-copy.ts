import type { Config } from '../../config/config.ts';
import type { Reader } from '../../kernel/database.ts';
import * as mediaStorage from '../../store/media-storage.ts';
import type { IncomingFile, MediaFiles } from './media-files.ts';
import { storageFails } from './storage-copy.ts';

interface CopyServices extends Reader {
  readonly config: Pick<Config, 'media'>;
  readonly mediaFiles: MediaFiles;
  readonly storageNow: StorageNow;
}

/** The storage, for those who cannot wait for the queue. */
export interface StorageNow {
  /** @returns whether the storage has the file */
  store(file: IncomingFile): Promise<boolean>;
  /** Queues the deletion of a file that nothing has come to refer to. */
  giveUp(file: IncomingFile): Promise<void>;
}

/** An upload on its way. */
interface Uploaded {
  readonly file: IncomingFile;
  /** Whether the storage has it already. */
  readonly isStored: boolean;
}

/**
 * Where the configuration wants it, copies an upload into the storage before anything refers to it.
 * @throws M_UNKNOWN (502) when the storage does not take it
 */
export async function copiedBefore<Draft extends Uploaded>(services: CopyServices, draft: Draft): Promise<Draft> {
  const { config, storageNow } = services;
  if (!config.media.storage.synchronous || (await services.read(() => mediaStorage.current())) === undefined) return draft;
  if (await storageNow.store(draft.file)) return { ...draft, isStored: true };
  throw storageFails('The storage of this server does not take the file at the moment; try again later');
}

/** Gives an upload its place, or deletes it here and where it was copied to. */
export async function settleUpload({ mediaFiles, storageNow }: CopyServices, { file, isStored }: Uploaded, committed: boolean): Promise<void> {
  await mediaFiles.settle(file, committed);
  if (isStored && !committed) await storageNow.giveUp(file);
}
