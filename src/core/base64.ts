/** Unpadded base64: https://spec.matrix.org/v1.19/appendices/#unpadded-base64 */

export const toBase64 = (bytes: Buffer): string => {
  const padded = bytes.toString('base64');
  const end = padded.indexOf('=');
  return end < 0 ? padded : padded.slice(0, end);
};

/** With the letters that are safe in a URL (`-_` for `+/`), also unpadded. */
export const toUrlSafeBase64 = (bytes: Buffer): string => bytes.toString('base64url');

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** Accepts padding and both alphabets, as the specification asks of decoders; undefined when it is not base64. */
export const fromBase64 = (text: string): Buffer | undefined => (BASE64.test(text) ? Buffer.from(text, 'base64') : undefined);
