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

/** By Knuth, Morris and Pratt: a text and a phrase that repeat one character would take their product otherwise. */
function occurrences(tokens: readonly string[], phrase: readonly string[]): number {
  const shorter = bordersOf(phrase);
  let [count, matched] = [0, 0];
  for (const token of tokens) {
    while (matched > 0 && phrase[matched] !== token) matched = shorter[matched - 1] ?? 0;
    if (phrase[matched] === token) matched++;
    if (matched < phrase.length || matched === 0) continue;
    count++;
    matched = shorter[matched - 1] ?? 0;
  }
  return count;
}

/** For each beginning of a phrase, how long its longest end is that it begins with as well. */
function bordersOf(phrase: readonly string[]): readonly number[] {
  const borders = [0];
  for (let end = 1, length = 0; end < phrase.length; end++) {
    while (length > 0 && phrase[end] !== phrase[length]) length = borders[length - 1] ?? 0;
    if (phrase[end] === phrase[length]) length++;
    borders.push(length);
  }
  return borders;
}
