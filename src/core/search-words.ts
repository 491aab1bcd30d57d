/** The words of a text for finding it: in lower case, with compatibility forms (full width, ligatures) made plain. */
export const searchWords = (text: string): readonly string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
