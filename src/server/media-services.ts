import type { Registry } from 'prom-client';
import { MediaFiles } from '../engine/media/media-files.ts';
import type { StorageNow } from '../engine/media/synchronous-copy.ts';
import { UsedFiles } from '../engine/media/used-files.ts';
import type { Run } from '../kernel/operation.ts';
import { SERVER_ITSELF } from '../kernel/requester.ts';
import { fetchMediaFile } from '../operations/media-storage/fetch-media-file.ts';
import { giveUpMediaFile } from '../operations/media-storage/give-up-media-file.ts';
import { storeMediaFile } from '../operations/media-storage/store-media-file.ts';
import type { Parts } from './parts.ts';
import { countWaitingMedia } from './waiting-media.ts';

interface MediaServices {
  readonly files: MediaFiles;
  readonly used: UsedFiles;
  readonly storageNow: StorageNow;
}

/** Opens the media folder, and lets it have what lies in a storage. */
export async function mediaServices({ config, database, mediaFolder }: Parts, run: Run, registry: Registry): Promise<MediaServices> {
  countWaitingMedia(registry, database);
  const { local_max_age: age, local_max_size: size } = config.media.storage;
  const used = new UsedFiles(age !== undefined || size !== undefined);
  return {
    used,
    files: await MediaFiles.open(mediaFolder, database, { used, fetch: (bytes) => run(fetchMediaFile, SERVER_ITSELF, bytes) }),
    storageNow: {
      store: (file) => run(storeMediaFile, SERVER_ITSELF, file),
      giveUp: (file) => run(giveUpMediaFile, SERVER_ITSELF, file),
    },
  };
}
