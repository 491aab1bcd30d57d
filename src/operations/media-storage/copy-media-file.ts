import { copiedToStorage, failsHere } from '../../engine/media/storage-copy.ts';
import { retryTime } from '../../engine/media/storage-retry.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as mediaCopies from '../../store/media-copies.ts';
import * as mediaStorage from '../../store/media-storage.ts';
import type { FileOfQueue } from '../../store/media-storage.ts';
import { defineOperation } from '../define.ts';

/**
 * Copies a file into the storage. One that is not here is fetched from where it is, for the others.
 * @returns false when the storage does not answer. What is not there then is tried again in any case
 */
export const copyMediaFile = defineOperation({
  name: 'copy-media-file',
  async prepare({ mediaFiles, clock, log }, _who: Caller, { sha256, size, failures }: FileOfQueue, ask) {
    const bytes = { sha256, size };
    const isStored = await copiedToStorage(ask, bytes, () => mediaFiles.bring(bytes)).catch(failsHere(log, bytes));
    if (isStored === false) log.warn({ sha256 }, 'a file of media is not in the storage, although that answers; it will be tried again');
    return { sha256, failures, isStored, now: clock.now() };
  },
  *commit({ sha256, failures, isStored, now }): Work<boolean> {
    if (isStored === true) yield* mediaCopies.noteStored(sha256, now);
    else yield* mediaStorage.postpone(sha256, retryTime(failures, now));
    return isStored !== undefined;
  },
});
