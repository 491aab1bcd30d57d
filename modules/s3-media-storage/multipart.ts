import { createHash } from 'node:crypto';
import type { MediaFileName } from 'plexus/module';
import { Pieces, partsOf, type Part } from './pieces.ts';
import { elementOf, errorOf, StorageError } from './storage-error.ts';
import type { Ask, Body, Headers, Response } from './storage-request.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MOST_PARTS = 10_000;
const MAX_SIZE = 5 * 1_024 ** 4;

interface InParts {
  readonly name: MediaFileName;
  readonly stream: () => AsyncIterable<Uint8Array>;
  /** Bytes of each part but the last. */
  readonly partSize: number;
  /** Of the file as a whole. */
  readonly headers: Headers;
}

/**
 * Stores a file part by part, which is there once all of them are. What was sent of one that cannot be stored is deleted.
 * @throws StorageError
 */
export async function storeInParts(ask: Ask, { name: { key, size }, stream, partSize, headers }: InParts): Promise<void> {
  if (size > MAX_SIZE) throw new StorageError(`${key} has more than the ${MAX_SIZE} bytes that a storage takes`);
  const parts = await partsOf(stream(), size, Math.max(partSize, Math.ceil(size / MOST_PARTS)));
  const uploadId = await ask({ method: 'POST', key, query: { uploads: '' }, headers }, (response) => elementIn(response, 'UploadId', `POST ${key}`));
  const pieces = new Pieces(stream());
  try {
    const tags: string[] = [];
    for (const part of parts) tags.push(await storePart(ask, key, { number: tags.length + 1, uploadId, body: bodyOf(part, pieces) }));
    const body = textBody(completion(tags));
    await ask({ method: 'POST', key, query: { uploadId }, body }, (response, renew) => elementIn(response, 'ETag', `POST ${key}`, renew));
  } catch (error) {
    await ask({ method: 'DELETE', key, query: { uploadId } }, async (response) => response.body?.cancel()).catch(() => undefined);
    throw error;
  } finally {
    await pieces.end();
  }
}

interface NumberedPart {
  readonly number: number;
  readonly uploadId: string;
  readonly body: Body;
}

/** @returns what the storage calls it */
function storePart(ask: Ask, key: string, { number, uploadId, body }: NumberedPart): Promise<string> {
  const what = `PUT ${key} (part ${number})`;
  return ask({ method: 'PUT', key, query: { partNumber: String(number), uploadId }, body }, async (response) => {
    if (response.status !== 200) throw await errorOf(what, response);
    const tag = response.headers.get('etag');
    await response.body?.cancel();
    if (tag === null) throw new StorageError(`${what} was answered without an ETag`);
    return tag;
  });
}

const bodyOf = (part: Part, pieces: Pieces): Body => ({ ...part, stream: () => pieces.take(part.size) });

function textBody(text: string): Body {
  const bytes = Buffer.from(text);
  return {
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    async *stream() {
      yield bytes;
    },
  };
}

const completion = (tags: readonly string[]): string =>
  `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${tags
    .map((tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</ETag></Part>`)
    .join('')}</CompleteMultipartUpload>`;

/** Reads an answer; one that takes long comes piece by piece, and may be an error although its status is 200. */
async function elementIn(response: Response, name: string, what: string, renew: () => void = () => undefined): Promise<string> {
  if (response.status !== 200) throw await errorOf(what, response);
  const text: Uint8Array[] = [];
  for await (const piece of response.body ?? []) {
    renew();
    text.push(piece as Uint8Array);
  }
  const xml = Buffer.concat(text).toString();
  const element = elementOf(xml, name);
  if (element === undefined)
    throw new StorageError(`${what} was answered ${elementOf(xml, 'Code') ?? 'nothing'} ${elementOf(xml, 'Message') ?? ''}`.trim());
  return element;
}
