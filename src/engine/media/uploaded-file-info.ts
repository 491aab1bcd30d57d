import type { UserId } from '../../core/identifiers.ts';
import type { FileInfo } from '../../kernel/question-values.ts';

/** What modules are told of a file that a local user uploads. */
export const uploadedFileInfo = (mediaId: string, contentType: string, uploader: UserId): FileInfo => ({
  serverName: undefined,
  fileId: mediaId,
  mediaType: contentType,
  uploader,
  thumbnail: undefined,
  urlCache: false,
});
