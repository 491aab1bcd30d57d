import type { Caller } from '../../kernel/requester.ts';
import * as mediaCopies from '../../store/media-copies.ts';
import { defineOperation } from '../define.ts';

/** Somebody has read these files, which are in the media folder. */
export const noteMediaUsed = defineOperation({
  name: 'note-media-used',
  prepare: ({ clock }, _who: Caller, sha256s: readonly string[]) => ({ sha256s, now: clock.now() }),
  commit: ({ sha256s, now }) => mediaCopies.noteUsed(sha256s, now),
});
