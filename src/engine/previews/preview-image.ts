/** An image that a preview shows. */
export interface PreviewImage {
  readonly bytes: Buffer;
  readonly contentType: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Images that browsers show and that cannot hold scripts. */
const FORMATS: ReadonlySet<string> = new Set(['jpeg', 'png', 'gif', 'webp']);

/** What an image really is, whatever its server says. @returns undefined for what is no image, or none to be shown */
export async function inspectImage(bytes: Buffer): Promise<PreviewImage | undefined> {
  // Loaded with the first image, since that takes a second.
  const { default: sharp } = await import('sharp');
  const found = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  if (found === undefined || !FORMATS.has(found.format)) return undefined;
  return { bytes, contentType: `image/${found.format}`, width: found.width, height: found.height };
}
