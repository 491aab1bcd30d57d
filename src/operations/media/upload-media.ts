import { randomBytes } from 'node:crypto';
import { copiedBefore, settleUpload } from '../../engine/media/synchronous-copy.ts';
import { uploadedFileInfo } from '../../engine/media/uploaded-file-info.ts';
import { receiveUpload, requireAllowance } from '../../engine/media/upload-allowance.ts';
import type { Upload } from '../../engine/media/upload.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as media from '../../store/media.ts';
import * as mediaCopies from '../../store/media-copies.ts';
import { defineOperation } from '../define.ts';

/** Stores a file: https://spec.matrix.org/v1.19/client-server-api/#post_matrixmediav3upload */
export const uploadMedia = defineOperation({
  name: 'upload-media',
  async prepare(context, who: Requester, upload: Upload, ask) {
    const { file, allowance } = await receiveUpload(context, who.userId, upload, ask);
    const mediaId = randomBytes(18).toString('base64url');
    const { contentType, fileName } = upload;
    return {
      file,
      isStored: false,
      allowance,
      mediaId,
      contentType,
      fileName,
      userId: who.userId,
      serverName: context.serverName,
      now: context.clock.now(),
    };
  },
  gates: (draft) => ({ check_media_file_for_spam: [[draft.file, uploadedFileInfo(draft.mediaId, draft.contentType, draft.userId)]] }),
  arrange: copiedBefore,
  /** @returns the content's mxc:// address */
  *commit({ file, isStored, allowance, mediaId, contentType, fileName, userId, serverName, now }): Work<string> {
    yield* requireAllowance(allowance, file.size);
    yield* media.create(mediaId, userId, { sha256: file.sha256, size: file.size, contentType }, fileName, now);
    if (isStored) yield* mediaCopies.noteStored(file.sha256, now);
    return `mxc://${serverName}/${mediaId}`;
  },
  listeners: () => ({ on_media_upload_limit_exceeded: [] }),
  release: settleUpload,
});
