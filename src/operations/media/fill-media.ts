import { copiedBefore, settleUpload } from '../../engine/media/synchronous-copy.ts';
import { uploadedFileInfo } from '../../engine/media/uploaded-file-info.ts';
import { receiveUpload, requireAllowance } from '../../engine/media/upload-allowance.ts';
import type { Upload } from '../../engine/media/upload.ts';
import { forbidden, MatrixError, notFound } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as media from '../../store/media.ts';
import * as mediaCopies from '../../store/media-copies.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

interface Filling extends Upload {
  readonly serverName: string;
  readonly mediaId: string;
}

const filled = (): MatrixError => new MatrixError(409, 'M_CANNOT_OVERWRITE_MEDIA', 'This file has been uploaded before');

/** Uploads a file under an id that was given out: https://spec.matrix.org/v1.19/client-server-api/#put_matrixmediav3uploadservernamemediaid */
export const fillMedia = defineOperation({
  name: 'fill-media',
  async prepare(context, who: Requester, { serverName, mediaId, ...upload }: Filling, ask) {
    await refuseOthers(context, who, serverName, mediaId);
    const { file, allowance } = await receiveUpload(context, who.userId, upload, ask);
    return {
      file,
      isStored: false,
      allowance,
      mediaId,
      contentType: upload.contentType,
      fileName: upload.fileName,
      userId: who.userId,
      now: context.clock.now(),
    };
  },
  gates: (draft) => ({ check_media_file_for_spam: [[draft.file, uploadedFileInfo(draft.mediaId, draft.contentType, draft.userId)]] }),
  arrange: copiedBefore,
  *commit({ file, isStored, allowance, mediaId, contentType, fileName, now }): Work<void> {
    yield* requireAllowance(allowance, file.size);
    if (!(yield* media.fill(mediaId, { sha256: file.sha256, size: file.size, contentType }, fileName, now))) throw filled();
    if (isStored) yield* mediaCopies.noteStored(file.sha256, now);
  },
  listeners: () => ({ on_media_upload_limit_exceeded: [] }),
  release: settleUpload,
});

async function refuseOthers(context: Context, who: Requester, serverName: string, mediaId: string): Promise<void> {
  const found = serverName === context.serverName ? await context.read(() => media.find(mediaId)) : undefined;
  if (found === undefined) throw notFound('No such file was announced');
  if (found.userId !== who.userId) throw forbidden('Only who announced a file may upload it');
  if (found.content !== undefined) throw filled();
  if ((found.expiresTs ?? 0) <= context.clock.now()) throw notFound('The time for uploading this file is over');
}
