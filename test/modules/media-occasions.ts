import { createHash, randomUUID } from 'node:crypto';
import type { OperationName } from '../../src/kernel/contract.ts';
import { SERVER_ITSELF } from '../../src/kernel/requester.ts';
import { copyMediaFile } from '../../src/operations/media-storage/copy-media-file.ts';
import { deleteMediaFile } from '../../src/operations/media-storage/delete-media-file.ts';
import { evictMediaFiles } from '../../src/operations/media-storage/evict-media-files.ts';
import { fetchMediaFile } from '../../src/operations/media-storage/fetch-media-file.ts';
import { identifyMediaStorage } from '../../src/operations/media-storage/identify-media-storage.ts';
import { storeMediaFile } from '../../src/operations/media-storage/store-media-file.ts';
import { runModuleWork } from '../../src/operations/modules/run-module-work.ts';
import * as mediaCopies from '../../src/store/media-copies.ts';
import * as mediaStorage from '../../src/store/media-storage.ts';
import { expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';

/** What the server does with a storage for media, done once each. There is none, so that nothing comes of it. */
export function mediaOccasions(server: () => TestServer, user: () => TestUser): Partial<Record<OperationName, () => Promise<unknown>>> {
  /** A file that is in the media folder. */
  const uploaded = async (): Promise<{ readonly sha256: string; readonly size: number }> => {
    const content = randomUUID();
    await user().upload(content);
    return { sha256: createHash('sha256').update(content).digest('hex'), size: content.length };
  };
  const absent = { sha256: createHash('sha256').digest('hex'), size: 0 };
  return {
    'identify-media-storage': () => server().run(identifyMediaStorage, SERVER_ITSELF, undefined),
    'copy-media-file': async () => server().run(copyMediaFile, SERVER_ITSELF, { ...(await uploaded()), isWanted: true, failures: 0 }),
    'store-media-file': () => server().run(storeMediaFile, SERVER_ITSELF, { ...absent, path: '', async *stream() {} }),
    'fetch-media-file': () => expectError(server().run(fetchMediaFile, SERVER_ITSELF, absent), 502),
    'delete-media-file': () => server().run(deleteMediaFile, SERVER_ITSELF, { ...absent, isWanted: false, failures: 0 }),
    async 'evict-media-files'() {
      const file = await uploaded();
      await server().run(runModuleWork, SERVER_ITSELF, {
        *work() {
          yield* mediaStorage.use('a storage');
          yield* mediaCopies.add(file, 0);
          yield* mediaCopies.noteStored(file.sha256, 0);
        },
      });
      await server().run(evictMediaFiles, SERVER_ITSELF, { before: Infinity, bytes: Infinity });
    },
  };
}
