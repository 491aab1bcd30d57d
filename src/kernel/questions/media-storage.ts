import type { FileTarget, FileWrapper, MediaFileName } from '../question-values.ts';
import type { Question } from './question.ts';

/** What somebody says of all storages together: undefined when one of them cannot be asked, or fails. */
type OfAll = boolean | undefined;

/** Where modules keep media besides the media folder. All storages have every file. */
export interface MediaStorageInquiries {
  /** Which storages there are, in order; undefined when one of them fails. */
  get_media_storage_id: Question<[], readonly string[] | undefined>;
  /** Whether all storages have the whole file. */
  has_media_file: Question<[name: MediaFileName], OfAll>;
  /** Copies a file into all storages. */
  store_media_file: Question<[name: MediaFileName, file: FileWrapper], OfAll>;
  /** Whether a storage gave the whole file; undefined when none did and one of them failed. */
  fetch_media_file: Question<[name: MediaFileName, target: FileTarget], boolean | undefined>;
  /** Deletes a file in all storages; true also where it was not there. */
  delete_media_file: Question<[name: MediaFileName], OfAll>;
}
