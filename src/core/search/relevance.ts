import { searchTokens } from './search-tokens.ts';

/** The usual constants of BM25, and what is taken for the length of an ordinary message (tokens). */
const SATURATION = 1.2;
const LENGTH_WEIGHT = 0.75;
const ORDINARY_LENGTH = 20;

/**
 * How well a text fits a search, by BM25 without the rarity of words: all hits have all words, so that it hardly tells them apart.
 * @param phrases what is searched for, as `searchPhrases` has it
 * @returns 0 when one of the phrases does not occur; higher is better
 */
export function relevance(text: string, phrases: readonly (readonly string[])[]): number {
  const tokens = searchTokens(text);
  const length = 1 - LENGTH_WEIGHT + (LENGTH_WEIGHT * tokens.length) / ORDINARY_LENGTH;
  let sum = 0;
  for (const phrase of phrases) {
    const count = occurrences(tokens, phrase);
    if (count === 0) return 0;
    sum += (count * (SATURATION + 1)) / (count + SATURATION * length);
  }
  return sum;
}

function occurrences(tokens: readonly string[], phrase: readonly string[]): number {
  let count = 0;
  for (let start = tokens.indexOf(phrase[0] ?? ''); start >= 0; start = tokens.indexOf(phrase[0] ?? '', start + 1)) {
    if (phrase.every((token, index) => tokens[start + index] === token)) count++;
  }
  return count;
}
