/**
 * A localpart for a name in any characters: https://spec.matrix.org/v1.19/appendices/#mapping-from-other-character-sets
 * Capitals become small ones, so that "Alice" and "alice" are the same.
 */
export const mappedLocalpart = (name: string): string =>
  Array.from(Buffer.from(name.toLowerCase()), (byte) => {
    const character = String.fromCodePoint(byte);
    return /[a-z0-9._/+-]/.test(character) ? character : `=${byte.toString(16).padStart(2, '0')}`;
  }).join('');
