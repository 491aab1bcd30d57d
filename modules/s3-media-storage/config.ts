import { readFileSync } from 'node:fs';
import { ConfigError, parseByteSize, parseDuration, Type, type Static } from 'plexus/module';

const closed = { additionalProperties: false } as const;

export const Config = Type.Object(
  {
    bucket: Type.String({ description: 'The bucket; it has to be there.' }),
    region: Type.String({ default: 'us-east-1', minLength: 1, description: 'The region of the bucket. Other makes than Amazon’s often take any.' }),
    endpoint: Type.Optional(Type.String({ description: 'The address of the storage, as in https://s3.example.org; that of Amazon unless given.' })),
    path_style: Type.Optional(
      Type.Boolean({
        description: 'Whether the bucket is named in the path (endpoint/bucket) or in the host (bucket.endpoint). In the path unless it is Amazon’s.',
      }),
    ),
    prefix: Type.String({ default: '', description: 'A folder in the bucket below which everything lies, as in plexus/media.' }),
    access_key_id: Type.String({ minLength: 1 }),
    secret_access_key: Type.Optional(Type.String({ minLength: 1 })),
    secret_access_key_file: Type.Optional(Type.String({ description: 'A file that contains it.' })),
    session_token: Type.Optional(Type.String({ minLength: 1, description: 'What belongs to a key that is good for a while only.' })),
    storage_class: Type.Optional(Type.String({ description: 'As in STANDARD_IA. Files must be readable at once: no archives.' })),
    server_side_encryption: Type.Optional(
      Type.Union([Type.Literal('AES256'), Type.Literal('aws:kms'), Type.Literal('aws:kms:dsse')], {
        description: 'How the storage is to encrypt the files.',
      }),
    ),
    kms_key_id: Type.Optional(Type.String({ description: 'With which key of its key management.' })),
    part_size: Type.Union([Type.String(), Type.Integer()], {
      default: '64MiB',
      description: 'Files with more bytes than this are sent in parts of it; from 5 MiB to 5 GiB.',
    }),
    timeout: Type.Union([Type.String(), Type.Integer()], {
      default: '20s',
      description: 'After how long without anything moving a request has failed; less than the time that the server gives the module.',
    }),
  },
  closed,
);
type S3Config = Static<typeof Config>;

/** The configuration, checked as a whole. */
export interface Settings {
  /** The address of the bucket, with a slash at its end. */
  readonly address: string;
  readonly bucket: string;
  readonly region: string;
  /** With a slash at its end, unless it is empty. */
  readonly prefix: string;
  readonly key: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  /** Headers of each file that is stored. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes. */
  readonly partSize: number;
  /** ms */
  readonly timeout: number;
}

/** @throws ConfigError */
export function settingsOf(config: S3Config): Settings {
  const { bucket, region, session_token: sessionToken, storage_class: storageClass, server_side_encryption: encryption, kms_key_id: kmsKey } = config;
  if (!/^[\w.-]{3,63}$/.test(bucket)) throw new ConfigError('must be the name of a bucket: letters, digits, dots and hyphens', ['bucket']);
  if (kmsKey !== undefined && !encryption?.startsWith('aws:kms')) throw new ConfigError('needs server_side_encryption: aws:kms', ['kms_key_id']);
  return {
    address: addressOf(config),
    bucket,
    region,
    prefix: prefixOf(config.prefix),
    key: { accessKeyId: config.access_key_id, secretAccessKey: secretOf(config), ...(sessionToken !== undefined && { sessionToken }) },
    headers: {
      ...(storageClass !== undefined && { 'x-amz-storage-class': storageClass }),
      ...(encryption !== undefined && { 'x-amz-server-side-encryption': encryption }),
      ...(kmsKey !== undefined && { 'x-amz-server-side-encryption-aws-kms-key-id': kmsKey }),
    },
    partSize: partSizeOf(config.part_size),
    timeout: timeoutOf(config.timeout),
  };
}

function addressOf({ bucket, region, endpoint, path_style: pathStyle = endpoint !== undefined }: S3Config): string {
  const written = endpoint ?? `https://s3.${region}.amazonaws.com`;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new ConfigError(`must be an address as in https://s3.example.org, not ${written}`, ['endpoint']);
  }
  const base = url.pathname.replace(/\/*$/, '/');
  if (pathStyle) return `${url.origin}${base}${bucket}/`;
  if (bucket.includes('.') && url.protocol === 'https:') {
    throw new ConfigError('has a dot, for which no certificate is right in a host: it needs path_style: true', ['bucket']);
  }
  return `${url.protocol}//${bucket}.${url.host}${base}`;
}

function prefixOf(written: string): string {
  const prefix = written.replace(/\/+$/, '');
  if (prefix === '') return '';
  const isFolder = prefix.split('/').every((part) => /^[\w.-]+$/.test(part) && !/^\.+$/.test(part));
  if (!isFolder) throw new ConfigError('must be a folder as in plexus/media: letters, digits, dots and hyphens between slashes', ['prefix']);
  return `${prefix}/`;
}

function secretOf({ secret_access_key: secret, secret_access_key_file: file }: S3Config): string {
  if (file === undefined) {
    if (secret === undefined) throw new ConfigError('is missing, and so is secret_access_key_file', ['secret_access_key']);
    return secret;
  }
  if (secret !== undefined) throw new ConfigError('cannot stand beside secret_access_key', ['secret_access_key_file']);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(`cannot be read: ${(error as Error).message}`, ['secret_access_key_file']);
  }
}

/** What a storage takes as a part: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const [LEAST_PART, LARGEST_PART] = [5 * 1_024 ** 2, 5 * 1_024 ** 3];

function partSizeOf(written: string | number): number {
  const size = readAt('part_size', () => parseByteSize(written));
  if (size < LEAST_PART || size > LARGEST_PART) throw new ConfigError('must be between 5MiB and 5GiB', ['part_size']);
  return size;
}

const timeoutOf = (written: string | number): number => readAt('timeout', () => parseDuration(written));

function readAt(key: string, read: () => number): number {
  try {
    return read();
  } catch (error) {
    throw new ConfigError((error as Error).message, [key]);
  }
}
