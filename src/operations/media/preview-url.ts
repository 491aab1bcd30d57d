import { randomBytes } from 'node:crypto';
import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import type { IncomingFile } from '../../engine/media/media-files.ts';
import { uploadedFileInfo } from '../../engine/media/uploaded-file-info.ts';
import type { PreviewImage } from '../../engine/previews/preview-image.ts';
import { invalidParam, MatrixError } from '../../kernel/errors.ts';
import type { Ask } from '../../kernel/operation.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as media from '../../store/media.ts';
import * as urlPreviews from '../../store/url-previews.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

interface StoredImage extends Omit<PreviewImage, 'bytes'> {
  readonly file: IncomingFile;
  readonly mediaId: string;
}

interface Draft {
  readonly url: string;
  readonly userId: UserId;
  /** When it was kept before, there is nothing more to do. */
  readonly kept?: JsonObject;
  readonly properties: JsonObject;
  readonly image: StoredImage | undefined;
  readonly serverName: string;
  readonly now: number;
  readonly lifetime: number;
  readonly done: () => void;
}

/**
 * What a page says about itself: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediapreview_url
 * An image that a module refuses is left out.
 * @throws M_INVALID_PARAM, M_FORBIDDEN where there are no previews, M_UNKNOWN (502) when the page cannot be had, M_LIMIT_EXCEEDED
 */
export const previewUrl = defineOperation({
  name: 'preview-url',
  async prepare(context, { userId }: Requester, address: string, ask): Promise<Draft> {
    const { enabled, lifetime } = context.config.url_previews;
    if (!enabled) throw new MatrixError(403, 'M_FORBIDDEN', 'This server makes no previews');
    const url = pageAddress(address);
    const done = await context.previewer.turn(url);
    try {
      const now = context.clock.now();
      const kept = await context.read(() => urlPreviews.find(url, now));
      const common = { url, userId, serverName: context.serverName, now, lifetime, done };
      if (kept !== undefined) return { ...common, kept, properties: {}, image: undefined };
      const { properties, image } = await context.previewer.look(url);
      return { ...common, properties, image: image === undefined ? undefined : await storeImage(context, image, userId, ask) };
    } catch (error) {
      done();
      throw error;
    }
  },
  *commit({ url, userId, kept, properties, image, serverName, now, lifetime }): Work<JsonObject> {
    if (kept !== undefined) return kept;
    const shown = image === undefined ? {} : imageProperties(image, `mxc://${serverName}/${yield* addImage(image, userId, now)}`);
    const preview = { ...properties, ...shown };
    yield* urlPreviews.put(url, preview, now, now + lifetime);
    return preview;
  },
  async release(context, { image, done }, committed) {
    done();
    if (image !== undefined) await context.mediaFiles.settle(image.file, committed);
  },
});

/** The fragment is the client's own business. */
function pageAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw invalidParam('The url must be an http or https address');
  if (url.username !== '' || url.password !== '') throw invalidParam('The url must not have a user name or password');
  url.hash = '';
  return url.href;
}

/** @returns undefined when a module does not want the image */
async function storeImage(context: Context, image: PreviewImage, userId: UserId, ask: Ask<'preview-url'>): Promise<StoredImage | undefined> {
  const { bytes, ...facts } = image;
  const file = await context.mediaFiles.receive(bytes, bytes.length);
  const mediaId = randomBytes(18).toString('base64url');
  try {
    await ask('check_media_file_for_spam', file, { ...uploadedFileInfo(mediaId, image.contentType, userId), urlCache: true });
    return { ...facts, file, mediaId };
  } catch (error) {
    await context.mediaFiles.settle(file, false);
    if (error instanceof MatrixError) return undefined;
    throw error;
  }
}

/** @returns the id of the media: the same image is stored once, however many pages show it */
function* addImage({ file, mediaId, contentType }: StoredImage, userId: UserId, now: number): Work<string> {
  const known = yield* urlPreviews.findImage(file.sha256);
  if (known !== undefined) return known;
  yield* media.create(mediaId, userId, { sha256: file.sha256, size: file.size, contentType }, undefined, now);
  yield* urlPreviews.addImage(file.sha256, mediaId);
  return mediaId;
}

const imageProperties = ({ file, contentType, width, height }: StoredImage, contentUri: string): JsonObject => ({
  'og:image': contentUri,
  'og:image:type': contentType,
  'og:image:width': width,
  'og:image:height': height,
  'matrix:image:size': file.size,
});
