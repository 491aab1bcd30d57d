import { mediaFileKey } from '../../core/media-file-key.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { AskOf } from '../../kernel/operation.ts';
import type { FileWrapper, MediaFileName } from '../../kernel/question-values.ts';
import type { MediaBytes } from '../../store/media-copies.ts';

/** What a storage is told of a file. */
export const storageName = ({ sha256, size }: MediaBytes): MediaFileName => ({ key: mediaFileKey(sha256), sha256, size });

/**
 * Copies a file into the storage, unless it has it. Only what the storage says afterwards counts.
 * @param file undefined when it is not here
 * @returns whether the storage has it; undefined when it does not answer
 */
export async function copiedToStorage(
  ask: AskOf<'has_media_file' | 'store_media_file'>,
  bytes: MediaBytes,
  file: () => Promise<FileWrapper | undefined>,
): Promise<boolean | undefined> {
  const name = storageName(bytes);
  const has = await ask('has_media_file', name);
  if (has !== false) return has;
  const found = await file();
  const isTaken = found === undefined ? false : await ask('store_media_file', name, found);
  return isTaken === true ? ask('has_media_file', name) : isTaken;
}

/** What goes wrong here (a disk that cannot be read) is no fault of the storage. */
export const failsHere =
  (log: Log, { sha256 }: MediaBytes) =>
  (error: unknown): false => {
    log.error({ sha256, error }, 'a file of media could not be copied or deleted; it will be tried again');
    return false;
  };

/** For whoever needs a storage that does not do what it should. */
export const storageFails = (text: string): MatrixError => new MatrixError(502, 'M_UNKNOWN', text);
