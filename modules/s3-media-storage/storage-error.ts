import type { Response } from './storage-request.ts';

/** A storage did not do what it was asked. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  /** Whether a file is not there, and nothing else is wrong. */
  readonly isOfMissingFile: boolean;

  constructor(message: string, options: { readonly isOfMissingFile?: boolean; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.isOfMissingFile = options.isOfMissingFile ?? false;
  }
}

/** How much of an error is read, in characters. */
const MAX_TEXT = 4_096;

/** What an administrator has to look at, by the codes of https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const HINTS: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: 'access_key_id is not known there',
  SignatureDoesNotMatch: 'secret_access_key is not the right one, or something on the way changes requests',
  InvalidToken: 'session_token is not good, or not any more',
  ExpiredToken: 'session_token is not good any more',
  NoSuchBucket: 'there is no such bucket',
  AccessDenied: 'the key may not do that; it needs s3:ListBucket for the bucket, s3:GetObject, s3:PutObject and s3:DeleteObject for what is in it',
  RequestTimeTooSkewed: 'the clock of this machine is wrong',
  EntityTooLarge: 'the storage takes no files of this size',
  InvalidObjectState: 'the file is in an archive, from which it cannot be read at once (storage_class)',
};

/** What a reply says that is none of those that were expected. */
export async function errorOf(what: string, response: Response): Promise<StorageError> {
  const text = (await response.text().catch(() => '')).slice(0, MAX_TEXT);
  const code = elementOf(text, 'Code');
  const region = response.headers.get('x-amz-bucket-region') ?? elementOf(text, 'Region');
  const isElsewhere = response.status === 301 || response.status === 307 || code === 'AuthorizationHeaderMalformed';
  const hint = isElsewhere ? `the bucket is elsewhere${region === undefined ? '' : `: region ${region}`}` : HINTS[code ?? ''];
  const said = [code, elementOf(text, 'Message'), hint && `(${hint})`].filter(Boolean).join(' ');
  const isOfMissingFile = response.status === 404 && (code === undefined || code === 'NoSuchKey');
  return new StorageError(`${what} was answered ${response.status}${said === '' ? '' : ` ${said}`}`, { isOfMissingFile });
}

/** What an element of an answer holds, if there is one. */
export const elementOf = (xml: string, name: string): string | undefined => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
