/**
 * The content types that are safe to show in place: a browser takes them for what they claim to be and runs nothing.
 * https://spec.matrix.org/v1.19/client-server-api/#serving-inline-content
 */
const INLINE_TYPES = new Set([
  'text/css',
  'text/plain',
  'text/csv',
  'application/json',
  'application/ld+json',
  'image/jpeg',
  'image/gif',
  'image/png',
  'image/apng',
  'image/webp',
  'image/avif',
  'video/mp4',
  'video/webm',
  'video/ogg',
  'video/quicktime',
  'audio/mp4',
  'audio/webm',
  'audio/aac',
  'audio/mpeg',
  'audio/ogg',
  'audio/wave',
  'audio/wav',
  'audio/x-wav',
  'audio/x-pn-wav',
  'audio/flac',
  'audio/x-flac',
]);

/** Whether media of a content type, with or without parameters, may be served inline. */
export function isInlineType(contentType: string): boolean {
  const [type = ''] = contentType.split(';', 1);
  return INLINE_TYPES.has(type.trim().toLowerCase());
}

const CONTROLS = /[\p{Cc}\u2028\u2029]/gu;
/** Encodes what `encodeURIComponent` leaves but `attr-char` of RFC 5987 does not allow. */
const extended = (name: string): string =>
  encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
const quoted = (name: string): string => `"${name.replace(/[\\"]/g, '\\$&')}"`;

/** Characters that some browsers read in other ways when they stand between quotes. */
const isPlain = (name: string): boolean => /^[\x20-\x7e]*$/.test(name) && !/[%\\"]/.test(name);

/**
 * The `Content-Disposition` of media by RFC 6266: inline where the content type allows it, with the file's name.
 * A name beyond plain ASCII is given twice, as RFC 5987 (`filename*`) and with `_` for what old clients cannot read.
 * Control characters are left out, so that a name can never end the header.
 */
export function dispositionHeader(contentType: string, filename?: string): string {
  const disposition = isInlineType(contentType) ? 'inline' : 'attachment';
  // A lone surrogate has no UTF-8 form: going through bytes replaces it.
  const name = Buffer.from(filename ?? '')
    .toString()
    .replace(CONTROLS, '');
  if (name === '') return disposition;
  const plain = `${disposition}; filename=${quoted(name.replace(/[^\x20-\x7e]/gu, '_'))}`;
  return isPlain(name) ? plain : `${plain}; filename*=UTF-8''${extended(name)}`;
}
