import type { Subject } from '../../kernel/decisions.ts';
import type { MediaFileName } from '../../kernel/question-values.ts';
import type { MediaStorageInquiries } from '../../kernel/questions/media-storage.ts';
import type { CallbackName } from '../../kernel/questions.ts';
import { agreement, each, fetched } from '../combinations.ts';
import { readStorageId } from '../results.ts';
import { moduleFile } from '../views/module-file.ts';
import { inquiry, type ArgsOf, type CallbacksOf } from './callback.ts';

/** What is on its way may stand still for so long (ms): a disk far away takes its time over the last byte. */
const PATIENCE = 30_000;

/** What fails is answered by nothing, and the server goes on as it must: none of this refuses anything. */
const FILES = { contained: true, patience: PATIENCE } as const;

const ofFile = ([{ sha256 }]: readonly [MediaFileName, ...unknown[]]): Subject => ({ fileId: sha256 });
const nameOnly = ([name]: readonly [MediaFileName, ...unknown[]]): readonly unknown[] => [Object.freeze({ ...name })];

export const MEDIA_STORAGE: CallbacksOf<keyof MediaStorageInquiries> = {
  get_media_storage_id: inquiry(each(readStorageId), { contained: true, subject: () => ({}) }),
  has_media_file: inquiry(agreement, { ...FILES, subject: ofFile, present: nameOnly }),
  store_media_file: inquiry<ArgsOf<'store_media_file'>>(agreement, {
    ...FILES,
    subject: ofFile,
    present: ([name, file], _occasion, progress) => [Object.freeze({ ...name }), moduleFile(file, () => progress.note())],
  }),
  // What takes the file comes to stand beside the name when a module is asked: each has its own.
  fetch_media_file: inquiry(fetched, { ...FILES, subject: ofFile, present: nameOnly }),
  delete_media_file: inquiry(agreement, { ...FILES, subject: ofFile, present: nameOnly }),
};

/** A storage that has only some of them is none. */
export const WHOLE_STORAGE = Object.keys(MEDIA_STORAGE) as readonly CallbackName[];
