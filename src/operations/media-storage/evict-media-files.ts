import { storageName } from '../../engine/media/storage-copy.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as mediaCopies from '../../store/media-copies.ts';
import type { LocalCopy } from '../../store/media-copies.ts';
import { defineOperation } from '../define.ts';

/** Files that are looked at together. */
const PAGE = 20;

interface Eviction {
  /** Files may go that nobody has needed since (ms since the epoch). */
  readonly before: number;
  /** How many bytes have to go. */
  readonly bytes: number;
}

interface Evicted {
  /** Bytes. */
  readonly freed: number;
  /** False when a storage did not answer, or nothing is left that may go. */
  readonly goesOn: boolean;
}

/** Deletes some files in the media folder that the storage says it has, this very moment. */
export const evictMediaFiles = defineOperation({
  name: 'evict-media-files',
  async prepare(context, _who: Caller, { before, bytes }: Eviction, ask) {
    const [gone, missing]: [LocalCopy[], LocalCopy[]] = [[], []];
    const candidates = await context.read(() => mediaCopies.evictable(before, PAGE));
    let freed = 0;
    let isAway = false;
    for (const copy of candidates) {
      if (freed >= bytes) break;
      const has = await ask('has_media_file', storageName(copy));
      isAway = has === undefined;
      if (isAway) break;
      if (has !== true) missing.push(copy);
      else if (await context.mediaFiles.remove(copy.sha256, () => context.read(() => mediaCopies.isEvictable(copy)))) {
        gone.push(copy);
        freed += copy.size;
      }
    }
    return { gone, missing, freed, goesOn: !isAway && gone.length + missing.length > 0 };
  },
  *commit({ gone, missing, freed, goesOn }): Work<Evicted> {
    for (const copy of gone) yield* mediaCopies.noteEvicted(copy);
    for (const { sha256 } of missing) yield* mediaCopies.noteMissing(sha256);
    return { freed, goesOn };
  },
});
