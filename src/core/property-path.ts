import { isObject, type JsonValue } from './json.ts';

/** The names to follow from an object to one of its properties. */
export type PropertyPath = readonly string[];

/**
 * Reads a dot-separated path: `\.` and `\\` stand for a dot and a backslash in a name, other escapes for themselves.
 * https://spec.matrix.org/v1.19/appendices/#dot-separated-property-paths
 */
export function parsePropertyPath(text: string): PropertyPath {
  const names: string[] = [];
  let name = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    if (character === '.') {
      names.push(name);
      name = '';
    } else if (character === '\\' && (next === '.' || next === '\\')) {
      name += next;
      at += 1;
    } else name += character;
  }
  return [...names, name];
}

/** The value at the path; undefined when a name on the way is absent or its parent is not an object. */
export function valueAt(root: JsonValue, path: PropertyPath): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const name of path) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}
