import { fileReply } from '../../engine/media/file-reply.ts';
import { findMedia, type MediaWish } from '../../engine/media/media-access.ts';
import type { RawReply } from '../../kernel/endpoint.ts';
import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

interface DownloadWish extends MediaWish {
  /** The name to tell instead of the uploader's. */
  readonly fileName: string | undefined;
  readonly range: string | undefined;
}

/** Downloads a file: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediadownloadservernamemediaid */
export const getMedia = defineRead({
  name: 'get-media',
  async prepare(context, who: Caller, wish: DownloadWish): Promise<RawReply> {
    const { content, uploadName } = await findMedia(context, who, wish);
    return fileReply(context.mediaFiles, content, wish.fileName ?? uploadName, wish.range);
  },
});
