import type { MediaFileName } from '../../kernel/question-values.ts';
import type { ModuleFile } from '../views/module-file.ts';
import type { Answer } from './values.ts';

/** Takes the next piece of a file. */
type WritePiece = (piece: Uint8Array) => Promise<void>;

/** `registerMediaStorageCallbacks`. All of them or none, and not in shadow mode. Of several storages each has every file. */
export interface MediaStorageCallbacks {
  /**
   * Which storage it is. When that changes, all files are looked for in the storage, and copied where they are not there.
   * @returns a text that is another one when files lie elsewhere
   * @asked before the queue of media is worked on
   * @exempt nobody
   * @refused nothing: without an answer the queue waits
   * @synapse has no such callback: a storage provider is configured besides the modules
   */
  get_media_storage_id?(): Answer<string>;
  /**
   * Whether the storage has a file, whole: its size and what else can be known without reading it are to be compared.
   * @param name the place `key` (`ab/cd/abcd…`), the hash and the size (bytes)
   * @returns whether it is there, whole
   * @asked before a file is copied and after it was, and before the server lets go of its own copy
   * @exempt nobody
   * @refused nothing
   * @synapse has no such callback: it believes what `store_file` does
   */
  has_media_file?(name: MediaFileName): Answer<boolean>;
  /**
   * Copies a file into the storage. The server looks with `has_media_file` before it believes it.
   * @param name the same
   * @param file read it by `stream()` or `writeChunksTo`, as often as is needed
   * @asked in the background for each new file, thumbnails included, for those that were there before, and again after a failure; with
   *   `media.storage.synchronous` before an upload is answered. The deadline is one for standing still
   * @returns true when it is there; false when it was not taken, and is to be tried again later
   * @exempt previews of links
   * @refused nothing: the upload was answered before, or waits no longer than the deadline
   * @synapse `store_file` of a storage provider
   */
  store_media_file?(name: MediaFileName, file: ModuleFile): Answer<boolean>;
  /**
   * Gives a file.
   * @param name the same
   * @param write takes the next piece of it, in order; to be awaited
   * @asked when somebody wants a file that the server has no copy of; once, however many they are. What is not the file, by size and hash, is a failure
   *   of the module. The deadline is one for standing still
   * @returns true when all of it was given; false when the storage does not have it: then the next module is asked
   * @exempt nobody
   * @refused 502 M_UNKNOWN, where no module has the file
   * @synapse `fetch` of a storage provider
   */
  fetch_media_file?(name: MediaFileName, write: WritePiece): Answer<boolean>;
  /**
   * Deletes a file in the storage.
   * @param name the same
   * @returns true when it is gone, or never was there; false: to be tried again later
   * @exempt nobody
   * @refused nothing
   * @synapse has no such callback: what is deleted stays with the storage provider
   * @asked in the background when nothing refers to a file any more, and again after a failure
   */
  delete_media_file?(name: MediaFileName): Answer<boolean>;
}
