import { GlobAutomaton } from './glob-automaton.ts';

export interface GlobOptions {
  /** Compare without regard to case, by Unicode's lower-case mapping. */
  readonly ignoreCase?: boolean;
  /** `whole`: the pattern covers the text. `words`: it covers a part that starts and ends at word boundaries. */
  readonly span?: 'whole' | 'words';
  /** The characters that are wildcards here; the others stand for themselves. Both by default. */
  readonly wildcards?: '*?' | '*' | '';
}

export type Glob = (text: string) => boolean;

/** Most patterns have no wildcard, or one star at their end: these need no automaton. */
function wholeText(pattern: string, wildcards: string): Glob {
  const isWildcard = (character: string): boolean => wildcards.includes(character);
  const start = pattern.slice(0, -1);
  if (!Array.from(start).some(isWildcard)) {
    if (pattern === '' || !isWildcard(pattern.slice(-1))) return (text) => text === pattern;
    if (pattern.endsWith('*')) return (text) => text.startsWith(start);
  }
  const automaton = new GlobAutomaton(pattern, wildcards);
  return (text) => automaton.covers(text);
}

/** A part that every match contains; short, so that looking for it is linear in the text as well. */
function literalPart(pattern: string, wildcards: string): string {
  const parts = Array.from(wildcards).reduce((found, wildcard) => found.flatMap((part) => part.split(wildcard)), [pattern]);
  const longest = parts.reduce((one, other) => (other.length > one.length ? other : one));
  return longest.slice(0, 16);
}

/** Most texts do not contain the words that somebody waits for: a plain search finds that much sooner. */
function inWords(pattern: string, wildcards: string): Glob {
  const automaton = new GlobAutomaton(pattern, wildcards);
  const part = literalPart(pattern, wildcards);
  return (text) => text.includes(part) && automaton.occursIn(text);
}

/**
 * Compiles a glob of the Matrix specification into a test of texts, for use with many texts.
 * A test takes time linear in the text. A character is a Unicode code point.
 * https://spec.matrix.org/v1.19/appendices/#glob-style-matching and, for `words`,
 * https://spec.matrix.org/v1.19/client-server-api/#push-rules
 * @param pattern `*` stands for any number of characters, `?` for exactly one
 */
export function compileGlob(pattern: string, options: GlobOptions = {}): Glob {
  const { ignoreCase = false, span = 'whole', wildcards = '*?' } = options;
  const folded = ignoreCase ? pattern.toLowerCase() : pattern;
  const matches = span === 'whole' ? wholeText(folded, wildcards) : inWords(folded, wildcards);
  return ignoreCase ? (text) => matches(text.toLowerCase()) : matches;
}

/** Compiles several globs into one test: whether any of them covers a text. */
export function compileGlobs(patterns: readonly string[], options: GlobOptions = {}): Glob {
  const globs = patterns.map((pattern) => compileGlob(pattern, options));
  return (text) => globs.some((covers) => covers(text));
}

/** Whether the glob covers the text, for one text; use `compileGlob` for many. */
export const matchesGlob = (pattern: string, text: string, options?: GlobOptions): boolean => compileGlob(pattern, options)(text);
