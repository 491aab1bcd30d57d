import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as media from '../../store/media.ts';
import * as mediaCopies from '../../store/media-copies.ts';
import type { MediaBytes } from '../../store/media-copies.ts';
import { defineOperation } from '../define.ts';

/** A file was copied into the storage, and nothing came to refer to it: queues its deletion. */
export const giveUpMediaFile = defineOperation({
  name: 'give-up-media-file',
  prepare: ({ clock }, _who: Caller, { sha256, size }: MediaBytes) => ({ sha256, size, now: clock.now() }),
  *commit({ now, ...bytes }): Work<void> {
    if (!(yield* media.isReferenced(bytes.sha256))) yield* mediaCopies.giveUp(bytes, now);
  },
});
