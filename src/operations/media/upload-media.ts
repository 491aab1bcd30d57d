import { randomBytes } from 'node:crypto';
import { uploadedFileInfo } from '../../engine/media/uploaded-file-info.ts';
import { receiveUpload, requireAllowance } from '../../engine/media/upload-allowance.ts';
import type { Upload } from '../../engine/media/upload.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as media from '../../store/media.ts';
import { defineOperation } from '../define.ts';

/** Stores a file: https://spec.matrix.org/v1.19/client-server-api/#post_matrixmediav3upload */
export const uploadMedia = defineOperation({
  name: 'upload-media',
  async prepare(context, who: Requester, upload: Upload, ask) {
    const { file, allowance } = await receiveUpload(context, who.userId, upload, ask);
    const mediaId = randomBytes(18).toString('base64url');
    const { contentType, fileName } = upload;
    return { file, allowance, mediaId, contentType, fileName, userId: who.userId, serverName: context.serverName, now: context.clock.now() };
  },
  gates: (draft) => ({ check_media_file_for_spam: [[draft.file, uploadedFileInfo(draft.mediaId, draft.contentType, draft.userId)]] }),
  /** @returns the content's mxc:// address */
  *commit({ file, allowance, mediaId, contentType, fileName, userId, serverName, now }): Work<string> {
    yield* requireAllowance(allowance, file.size);
    yield* media.create(mediaId, userId, { sha256: file.sha256, size: file.size, contentType }, fileName, now);
    return `mxc://${serverName}/${mediaId}`;
  },
  listeners: () => ({ on_media_upload_limit_exceeded: [] }),
  release: (context, draft, committed) => context.mediaFiles.settle(draft.file, committed),
});
