import { fileReply } from '../../engine/media/file-reply.ts';
import { findMedia, type FilledMedia, type MediaWish } from '../../engine/media/media-access.ts';
import type { IncomingFile, MediaFiles } from '../../engine/media/media-files.ts';
import { thumbnailSize } from '../../engine/media/thumbnailer.ts';
import type { RawReply } from '../../kernel/endpoint.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as media from '../../store/media.ts';
import type { Content, ThumbnailSize } from '../../store/media.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

interface ThumbnailWish extends MediaWish {
  readonly width: number;
  readonly height: number;
  readonly method: 'crop' | 'scale';
  readonly animated: boolean;
  readonly range: string | undefined;
}

interface Made {
  readonly range: string | undefined;
  /** ms since the epoch */
  readonly now: number;
  readonly mediaId: string;
  readonly size: ThumbnailSize;
  readonly content: Content;
  /** Undefined when the thumbnail was there already. */
  readonly file: IncomingFile | undefined;
  readonly files: MediaFiles;
}

/** Finds a thumbnail, or makes it: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediathumbnailservernamemediaid */
export const getThumbnail = defineOperation({
  name: 'get-thumbnail',
  async prepare(context, who: Caller, wish: ThumbnailWish): Promise<Made> {
    const source = await findMedia(context, who, wish);
    const size = thumbnailSize(wish.width, wish.height, wish.method, wish.animated);
    const known = await context.read(() => media.findThumbnail(source.mediaId, size));
    const common = { mediaId: source.mediaId, size, files: context.mediaFiles, range: wish.range, now: context.clock.now() };
    if (known !== undefined) return { ...common, content: known, file: undefined };
    return { ...common, ...(await make(context, source, size)) };
  },
  gates: (draft) => ({
    check_media_file_for_spam:
      draft.file === undefined
        ? []
        : [
            [
              draft.file,
              {
                serverName: undefined,
                fileId: draft.mediaId,
                mediaType: draft.content.contentType,
                uploader: undefined,
                thumbnail: { ...draft.size, type: draft.content.contentType },
                urlCache: false,
              },
            ],
          ],
  }),
  *commit({ mediaId, size, content, file, files, range, now }): Work<RawReply> {
    if (file !== undefined) yield* media.putThumbnail(mediaId, size, content, now);
    return fileReply(files, content, undefined, range);
  },
  release: async (context, { file }, committed) => {
    if (file !== undefined) await context.mediaFiles.settle(file, committed);
  },
});

async function make(context: Context, source: FilledMedia, size: ThumbnailSize): Promise<Pick<Made, 'content' | 'file'>> {
  const { bytes, contentType } = await context.thumbnailer.make(() => context.mediaFiles.read(source.content), size);
  const file = await context.mediaFiles.receive(bytes, bytes.length);
  return { content: { sha256: file.sha256, size: file.size, contentType }, file };
}
