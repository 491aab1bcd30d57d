import { copiedToStorage } from '../../engine/media/storage-copy.ts';
import type { IncomingFile } from '../../engine/media/media-files.ts';
import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** Copies a file into the storage that nothing refers to yet. @returns whether it is there */
export const storeMediaFile = defineRead({
  name: 'store-media-file',
  prepare: async (_context, _who: Caller, file: IncomingFile, ask) => (await copiedToStorage(ask, file, () => Promise.resolve(file))) === true,
});
