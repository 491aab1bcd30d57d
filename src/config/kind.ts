import type { Problem } from './configuration-error.ts';
import type { Path } from './path.ts';

/** What a key of the configuration may hold: how it is read, and what the example says of it. */
export interface Kind<T> {
  /** In words for a person. */
  readonly description?: string | undefined;
  /** In the form in which it is written. A key with neither default nor `optional` must be given. */
  readonly default?: unknown;
  /** What the example shows, commented out, where there is no default. */
  readonly example?: unknown;
  readonly optional?: boolean | undefined;
  /** The keys below, of a mapping that has known ones. */
  readonly keys?: Keys | undefined;
  /** What the items of a list are. */
  readonly items?: Kind<unknown> | undefined;
  /** Written on one line in the example. */
  readonly inline?: boolean | undefined;
  /**
   * Turns what is written into what is used.
   * @returns undefined after a problem, which is then in the reading's list
   */
  read(written: unknown, path: Path, reading: Reading): T | undefined;
}

export type Keys = Readonly<Record<string, Kind<unknown>>>;

/** What a key says of itself. */
export type Options<Written> = Omit<Kind<unknown>, 'read' | 'default' | 'example'> & { readonly default?: Written; readonly example?: Written };

/** One pass over a configuration, which collects all problems instead of stopping at the first. */
export class Reading {
  readonly problems: Pick<Problem, 'path' | 'message'>[] = [];
  /** The folder that relative paths start from. */
  readonly folder: string;
  /** Whether the values come from a program, which can name a module by the thing itself. */
  readonly fromCode: boolean;

  constructor(folder: string, fromCode: boolean) {
    this.folder = folder;
    this.fromCode = fromCode;
  }

  refuse(path: Path, message: string): undefined {
    this.problems.push({ path, message });
  }
}

/** A value in a message: short, whatever it is. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  return value === null || value === undefined ? 'nothing' : JSON.stringify(value);
}
