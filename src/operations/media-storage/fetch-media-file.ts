import { storageFails, storageName } from '../../engine/media/storage-copy.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as media from '../../store/media.ts';
import * as mediaCopies from '../../store/media-copies.ts';
import type { MediaBytes } from '../../store/media-copies.ts';
import { defineOperation } from '../define.ts';

const AWAY = 'The storage in which this file lies cannot be reached at the moment; try again later';
const LOST = 'This server cannot find the file any more; its administrator has to see to it';

/** Fetches a file from the storage into the media folder. @throws M_UNKNOWN (502) when it cannot be had; M_NOT_FOUND when it was deleted meanwhile */
export const fetchMediaFile = defineOperation({
  name: 'fetch-media-file',
  async prepare({ mediaFiles, clock, log }, _who: Caller, bytes: MediaBytes, ask) {
    let answer: boolean | undefined;
    const file = await mediaFiles.receiveFrom(bytes, async (target) => {
      answer = await ask('fetch_media_file', storageName(bytes), target);
      return answer === true;
    });
    if (file !== undefined) return { file, now: clock.now() };
    if (answer === undefined) throw storageFails(AWAY);
    log.error({ sha256: bytes.sha256 }, 'a file of media is neither in the media folder nor in a storage');
    throw storageFails(LOST);
  },
  *commit({ file, now }): Work<void> {
    if (!(yield* media.isReferenced(file.sha256))) throw notFound('There is no such file');
    yield* mediaCopies.noteUsed([file.sha256], now);
  },
  release: (context, { file }, committed) => context.mediaFiles.settle(file, committed),
});
