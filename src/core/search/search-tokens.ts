import { searchWords } from '../search-words.ts';

/** Marks that Latin, Greek and Cyrillic letters carry: who searches mostly does without them. */
const ACCENTS = /[\u0300-\u036f]/gu;
/** Scripts that put no spaces between words: each of their characters is a token of its own, and a word is found as a sequence. */
const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

const plain = (text: string): string => text.normalize('NFKD').replaceAll(ACCENTS, '').normalize('NFC');

/** The tokens of each word of a text, without regard to case, width and accents. They hold letters, marks and digits only. */
export const searchPhrases = (text: string): readonly (readonly string[])[] => searchWords(plain(text)).map((word) => word.match(TOKEN) ?? []);

/** All tokens of a text in their order. */
export const searchTokens = (text: string): readonly string[] => searchPhrases(text).flat();
