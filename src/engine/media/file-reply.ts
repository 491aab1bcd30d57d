import { dispositionHeader } from '../../core/content-disposition-rules.ts';
import { RawReply } from '../../kernel/endpoint.ts';
import type { Content } from '../../store/media.ts';
import type { ByteRange, MediaFiles } from './media-files.ts';

/** What keeps a browser from running what somebody uploaded: https://spec.matrix.org/v1.19/client-server-api/#content-repository */
const SAFETY: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "sandbox; default-src 'none'; script-src 'none'; plugin-types application/pdf; style-src 'unsafe-inline'; object-src 'self';",
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'private, max-age=31536000, immutable',
};

/**
 * A file as the reply to a request.
 * @param range the header Range, if the client sent one; a part is answered with 206, an impossible one with 416
 */
export function fileReply(files: MediaFiles, content: Content, fileName: string | undefined, range: string | undefined): RawReply {
  const { size, sha256, contentType } = content;
  const headers = {
    ...SAFETY,
    'Content-Type': contentType,
    'Content-Disposition': dispositionHeader(contentType, fileName),
    'Accept-Ranges': 'bytes',
    ETag: `"${sha256}"`,
  };
  const part = range === undefined ? undefined : parseRange(range, size);
  if (part === 'unsatisfiable') return new RawReply(416, { ...headers, 'Content-Range': `bytes */${size}` });
  if (part === undefined) return new RawReply(200, { ...headers, 'Content-Length': String(size) }, () => files.read(content));
  const { start, end } = part;
  return new RawReply(206, { ...headers, 'Content-Length': String(end - start + 1), 'Content-Range': `bytes ${start}-${end}/${size}` }, () =>
    files.read(content, part),
  );
}

const RANGE = /^bytes=(\d*)-(\d*)$/;

/** One range of bytes (RFC 9110, 14.1.2); several, or another unit, are answered with the whole file. */
function parseRange(header: string, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = RANGE.exec(header) ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && first !== '' && Number(last) < Number(first)) return undefined;
  return start > end ? 'unsatisfiable' : { start, end };
}
