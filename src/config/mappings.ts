import { nearestName } from '../core/nearest-name.ts';
import { show, type Keys, type Kind, type Options, type Reading } from './kind.ts';
import type { Path } from './path.ts';

type Used<K> = K extends Kind<infer T> ? T : never;
type Simplified<T> = { readonly [N in keyof T]: T[N] };

/** What a mapping with these keys is read as. */
export type ReadKeys<K extends Keys> = Simplified<
  { [N in keyof K as K[N] extends { optional: true } ? never : N]: Used<K[N]> } & {
    [N in keyof K as K[N] extends { optional: true } ? N : never]?: Used<K[N]>;
  }
>;

/** A key that may be left out although it has no default. */
export const optional = <T>(kind: Kind<T>): Kind<T> & { readonly optional: true } => ({ ...kind, optional: true });

/** A mapping with known keys, of which those without a default must be given. */
export const mapping = <K extends Keys>(keys: K, options: Options<object> = {}): Kind<ReadKeys<K>> => ({
  ...options,
  keys,
  read: (written, path, reading) => (wantMapping(written, path, reading) ? (readKeys(keys, written, path, reading) as ReadKeys<K>) : undefined),
});

/** A mapping that may be left out as a whole: its keys have defaults. */
export const section = <K extends Keys>(keys: K, options: Options<object> = {}): Kind<ReadKeys<K>> => mapping(keys, { default: {}, ...options });

/** A mapping with any keys, whose values are all of one kind. */
export const record = <T>(kind: Kind<T>, options: Options<object>): Kind<Readonly<Record<string, T>>> => ({
  ...options,
  read(written, path, reading) {
    if (!wantMapping(written, path, reading)) return undefined;
    return Object.freeze(Object.fromEntries(Object.entries(written).map(([key, value]) => [key, kind.read(value, [...path, key], reading) as T])));
  },
});

export const list = <T>(items: Kind<T>, options: Options<readonly unknown[]>): Kind<readonly T[]> => ({
  ...options,
  items,
  read(written, path, reading) {
    if (!Array.isArray(written)) return reading.refuse(path, `must be a list (lines that begin with "- "), not ${show(written)}`);
    return Object.freeze(written.map((value, index) => items.read(value, [...path, index], reading) as T));
  },
});

function wantMapping(written: unknown, path: Path, reading: Reading): written is Readonly<Record<string, unknown>> {
  if (typeof written === 'object' && written !== null && !Array.isArray(written)) return true;
  reading.refuse(path, `must be a mapping (lines of "key: value"), not ${show(written)}`);
  return false;
}

/** A key without a value counts as left out: `media:` with all that is below it commented out is no mistake. */
function readKeys(keys: Keys, written: Readonly<Record<string, unknown>>, path: Path, reading: Reading): Record<string, unknown> {
  refuseUnknown(keys, written, path, reading);
  const read: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(keys)) {
    const value = (Object.hasOwn(written, name) ? written[name] : undefined) ?? kind.default;
    if (value !== undefined) read[name] = kind.read(value, [...path, name], reading);
    else if (!kind.optional) reading.refuse([...path, name], 'is missing');
  }
  return Object.freeze(read);
}

function refuseUnknown(keys: Keys, written: object, path: Path, reading: Reading): void {
  for (const name of Object.keys(written)) {
    if (Object.hasOwn(keys, name)) continue;
    const nearest = nearestName(name, Object.keys(keys));
    const hint = nearest === undefined ? `known here are ${Object.keys(keys).join(', ')}` : `did you mean ${nearest}?`;
    reading.refuse([...path, name], `is not a known key; ${hint}`);
  }
}
