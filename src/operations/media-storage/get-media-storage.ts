import type { Work } from '../../kernel/work.ts';
import * as mediaStorage from '../../store/media-storage.ts';
import type { MediaStorage, WaitingMedia } from '../../store/media-storage.ts';
import { defineRead } from '../define.ts';

interface StorageState {
  /** Undefined where no module keeps media. */
  readonly storage: MediaStorage | undefined;
  readonly waiting: WaitingMedia;
}

/** Where media are kept besides the media folder, and what is still to be copied or deleted there. */
export const getMediaStorage = defineRead({
  name: 'get-media-storage',
  prepare: (context, _who, _input: undefined) =>
    context.read(function* (): Work<StorageState> {
      return { storage: yield* mediaStorage.current(), waiting: yield* mediaStorage.waiting() };
    }),
});
