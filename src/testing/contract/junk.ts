import { isObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { copyJson } from '../../modules/views/copies.ts';

/** A configuration that is wrong, or may be. */
export interface Junk {
  /** Where it differs from what is right, and how. */
  readonly what: string;
  /** The key at which it differs; undefined for a key that is none. */
  readonly key: string | undefined;
  readonly config: JsonObject;
}

type Path = readonly (string | number)[];

const UNKNOWN = 'no_such_key';
/** How deep it is looked for values. */
const DEEPEST = 4;
/** Of every kind of value something; no key can take all of it. */
const VALUES: readonly JsonValue[] = [null, true, -1, 0.5, 1e300, '', 'junk', 'x'.repeat(10_000), [], [null], [[]], {}, { junk: [] }];

/** The configuration with a key that is none, at its root and in everything below that has keys. */
export const withUnknownKeys = (config: JsonObject): readonly Junk[] =>
  [[] as Path, ...pathsOf(config)].flatMap((path) => {
    const place = valueAt(config, path);
    if (!isObject(place)) return [];
    return [{ what: nameOf([...path, UNKNOWN]), key: undefined, config: changed(config, [...path, UNKNOWN], true) }];
  });

/** The configuration with junk in the place of each of its values, and without each of them. @param keys more keys that it may have */
export function withJunk(config: JsonObject, keys: readonly string[]): readonly Junk[] {
  const more = keys.filter((key) => !Object.hasOwn(config, key)).map((key): Path => [key]);
  return [...pathsOf(config), ...more].flatMap((path) => {
    const key = nameOf(path);
    const wrong = VALUES.map((value) => ({ what: `${key}: ${shown(value)}`, key, config: changed(config, path, value) }));
    return [...wrong, { what: `no ${key}`, key, config: changed(config, path, undefined) }];
  });
}

/** Of lists the first part stands for the others. */
function pathsOf(value: JsonValue | undefined, path: Path = []): readonly Path[] {
  if (path.length >= DEEPEST) return [];
  const keys = Array.isArray(value) ? [...value.keys()].slice(0, 1) : isObject(value) ? Object.keys(value) : [];
  return keys.flatMap((key) => [[...path, key], ...pathsOf((value as Readonly<Record<string | number, JsonValue>>)[key], [...path, key])]);
}

const valueAt = (config: JsonObject, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (value as Readonly<Record<string | number, unknown>>)[key], config);

/** @param value undefined: what stood there is taken away */
function changed(config: JsonObject, path: Path, value: JsonValue | undefined): JsonObject {
  const copy = copyJson(config) as Record<string, JsonValue>;
  const place = valueAt(copy, path.slice(0, -1)) as Record<string | number, JsonValue>;
  const key = path.at(-1) ?? '';
  if (value !== undefined) place[key] = value;
  else if (Array.isArray(place)) place.splice(Number(key), 1);
  else delete place[key];
  return copy;
}

const nameOf = (path: Path): string => path.join('.');

const shown = (value: JsonValue): string => {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};
