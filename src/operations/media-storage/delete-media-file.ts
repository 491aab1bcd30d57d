import { failsHere, storageName } from '../../engine/media/storage-copy.ts';
import { retryTime } from '../../engine/media/storage-retry.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as media from '../../store/media.ts';
import * as mediaCopies from '../../store/media-copies.ts';
import * as mediaStorage from '../../store/media-storage.ts';
import type { FileOfQueue } from '../../store/media-storage.ts';
import { defineOperation } from '../define.ts';

/**
 * Deletes a file that nothing refers to any more, here and in the storage.
 * @returns false when the storage does not answer. What is left then is tried again in any case
 */
export const deleteMediaFile = defineOperation({
  name: 'delete-media-file',
  async prepare(context, _who: Caller, { sha256, size, failures }: FileOfQueue, ask) {
    const { mediaFiles, clock, log } = context;
    const bytes = { sha256, size };
    const isUnwanted = async (): Promise<boolean> => !(await context.read(() => media.isReferenced(sha256)));
    const isHandledHere = await mediaFiles.remove(sha256, isUnwanted).then(() => true, failsHere(log, bytes));
    const answer = await ask('delete_media_file', storageName(bytes));
    const storage = await context.read(() => mediaStorage.current());
    // What a storage had that is not there any more waits for it.
    const isLeft = storage === undefined && (await context.read(() => mediaCopies.isStored(sha256)));
    const isDone = isHandledHere && (answer === true || storage === undefined);
    return { sha256, failures, isDone, isLeft, answers: answer !== undefined, now: clock.now() };
  },
  *commit({ sha256, failures, isDone, isLeft, answers, now }): Work<boolean> {
    if (isDone) yield* mediaCopies.noteGone(sha256, !isLeft);
    else yield* mediaStorage.postpone(sha256, retryTime(failures, now));
    return answers;
  },
});
