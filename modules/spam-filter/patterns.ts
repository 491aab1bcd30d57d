import { RE2JS } from 're2js';
import { ConfigError } from 'plexus/module';

/** A text that nobody may send. */
export interface Pattern {
  readonly pattern: string;
  /** What the sender is told. */
  readonly reason: string;
}

export type PatternMatcher = (text: string) => boolean;

/**
 * Compiles a pattern in the syntax of RE2, which is matched in linear time whatever the text, without regard to case.
 * @param path where the pattern stands in the configuration
 */
export function compilePattern(pattern: string, path: readonly string[]): PatternMatcher {
  try {
    const compiled = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
    return (text) => compiled.matcher(text).find();
  } catch (error) {
    throw new ConfigError(`is no pattern that can be matched in linear time (RE2): ${(error as Error).message}`, path);
  }
}
