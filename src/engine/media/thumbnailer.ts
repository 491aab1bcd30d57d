import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { BoundedQueue } from '../../kernel/bounded-queue.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { ThumbnailSize } from '../../store/media.ts';

/** The sizes that are made; a request gets the smallest that is large enough: https://spec.matrix.org/v1.19/client-server-api/#thumbnails */
const SIZES: readonly Omit<ThumbnailSize, 'animated'>[] = [
  { width: 32, height: 32, method: 'crop' },
  { width: 96, height: 96, method: 'crop' },
  { width: 320, height: 240, method: 'scale' },
  { width: 640, height: 480, method: 'scale' },
  { width: 800, height: 600, method: 'scale' },
];

/** Images that browsers show and that are safe to unpack. */
const SOURCES: ReadonlySet<string> = new Set(['jpeg', 'png', 'gif', 'webp']);
/** How such files begin. The library knows many more formats, and tries to read each of them. */
const BEGINNINGS = [/^\xff\xd8\xff/, /^\x89PNG\r\n\x1a\n/, /^GIF8[79]a/, /^RIFF[^]{4}WEBP/];
const ANIMATED_SOURCES: ReadonlySet<string> = new Set(['gif', 'webp']);
/** Frames of an animation that are kept. */
const MAX_FRAMES = 100;
/** Seconds that one image may take. */
const MAX_SECONDS = 20;

export interface Thumbnail {
  readonly bytes: Buffer;
  readonly contentType: string;
}

/** The size that is made for a wish. */
export function thumbnailSize(width: number, height: number, method: 'crop' | 'scale', animated: boolean): ThumbnailSize {
  const ofMethod = SIZES.filter((size) => size.method === method);
  const fitting =
    ofMethod.find((size) => size.width >= width && size.height >= height) ?? SIZES.find((size) => size.width >= width && size.height >= height);
  const largest = { width: 800, height: 600 };
  return { ...(fitting ?? largest), method, animated };
}

/** Makes thumbnails, a few at a time: unpacked images are large. The library is loaded with the first, since that takes a second. */
export class Thumbnailer {
  readonly #maxPixels: number;
  readonly #queue = new BoundedQueue({ atOnce: 2, maxWaiting: 100 });

  constructor(maxPixels: number) {
    this.#maxPixels = maxPixels;
  }

  /**
   * @param image its bytes; read only when its turn has come
   * @throws M_UNKNOWN 400 when it is no image that can be made smaller, M_TOO_LARGE when it has too many pixels, M_LIMIT_EXCEEDED when too many wait
   */
  async make(image: () => Promise<Readable>, size: ThumbnailSize): Promise<Thumbnail> {
    if (this.#queue.isFull) throw new MatrixError(429, 'M_LIMIT_EXCEEDED', 'Too many thumbnails are being made', { retry_after_ms: 1000 });
    return this.#queue.run(async () => this.#resize(await buffer(await image()), size));
  }

  async #resize(bytes: Buffer, { width, height, method, animated }: ThumbnailSize): Promise<Thumbnail> {
    const { hasAlpha, pages, moves } = await this.#inspect(bytes, animated);
    const { default: sharp } = await import('sharp');
    try {
      const image = sharp(bytes, { limitInputPixels: this.#maxPixels, ...(moves && { pages }) })
        .timeout({ seconds: MAX_SECONDS })
        .rotate()
        .resize(width, height, { fit: method === 'crop' ? 'cover' : 'inside', withoutEnlargement: true });
      if (moves) return { bytes: await image.webp().toBuffer(), contentType: 'image/webp' };
      if (hasAlpha) return { bytes: await image.png().toBuffer(), contentType: 'image/png' };
      return { bytes: await image.jpeg({ quality: 80 }).toBuffer(), contentType: 'image/jpeg' };
    } catch {
      throw notAnImage();
    }
  }

  async #inspect(bytes: Buffer, animated: boolean): Promise<{ hasAlpha: boolean; pages: number; moves: boolean }> {
    const beginning = bytes.toString('latin1', 0, 12);
    if (!BEGINNINGS.some((pattern) => pattern.test(beginning))) throw notAnImage();
    const { default: sharp } = await import('sharp');
    const found = await sharp(bytes, { limitInputPixels: false })
      .metadata()
      .catch(() => undefined);
    if (found === undefined || !SOURCES.has(found.format)) throw notAnImage();
    const pages = Math.min(found.pages ?? 1, MAX_FRAMES);
    const moves = animated && ANIMATED_SOURCES.has(found.format) && pages > 1;
    if (found.width * found.height * (moves ? pages : 1) > this.#maxPixels) {
      throw new MatrixError(413, 'M_TOO_LARGE', `The image has more than the ${this.#maxPixels} pixels that are allowed for a thumbnail`);
    }
    return { hasAlpha: found.hasAlpha, pages, moves };
  }
}

const notAnImage = (): MatrixError => new MatrixError(400, 'M_UNKNOWN', 'No thumbnail can be made of this file');
