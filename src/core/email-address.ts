const MAX_BYTES = 254;
const LOCAL = /^[^\s@<>()[\],;:\\"\p{C}]+$/u;
const DOMAIN = /^[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)*$/u;

/**
 * The canonical form of a mail address: https://spec.matrix.org/v1.19/appendices/#3pid-types
 * @returns undefined for what is no address
 */
export function canonicalEmail(text: string): string | undefined {
  const folded = foldCase(text.normalize('NFC'));
  const at = folded.lastIndexOf('@');
  if (at < 1 || Buffer.byteLength(folded) > MAX_BYTES) return undefined;
  return LOCAL.test(folded.slice(0, at)) && DOMAIN.test(folded.slice(at + 1)) ? folded : undefined;
}

/** Unicode's case folding ("Strauß" is "strauss"): by way of upper case, as only that takes letters apart that have no capital of their own. */
const foldCase = (text: string): string => text.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
