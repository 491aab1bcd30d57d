import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { parsePropertyPath, type PropertyPath } from '../property-path.ts';

/** Names of properties, each with what is wanted of it: all of it or some of its own properties. */
export type FieldTree = ReadonlyMap<string, FieldTree | 'all'>;

type GrowingTree = Map<string, GrowingTree | 'all'>;

function add(path: PropertyPath, to: GrowingTree): void {
  let tree = to;
  for (const name of path.slice(0, -1)) {
    const known = tree.get(name);
    if (known === 'all') return;
    const next: GrowingTree = known ?? new Map();
    tree.set(name, next);
    tree = next;
  }
  tree.set(path.at(-1) ?? '', 'all');
}

/** Reads dot-separated paths of properties that are wanted. */
export function parseEventFields(fields: readonly string[]): FieldTree {
  const tree: GrowingTree = new Map();
  for (const field of fields) add(parsePropertyPath(field), tree);
  return tree;
}

/** The event with nothing but the wanted fields. */
export function projectFields(event: JsonObject, fields: FieldTree): JsonObject {
  const entries = [...fields].flatMap(([name, wanted]): [string, JsonValue][] => {
    const value = Object.hasOwn(event, name) ? event[name] : undefined;
    if (value === undefined) return [];
    if (wanted === 'all') return [[name, value]];
    const part = isObject(value) ? projectFields(value, wanted) : {};
    return Object.keys(part).length === 0 ? [] : [[name, part]];
  });
  // Unlike assignments, this makes a property of a name like __proto__ as well.
  return Object.fromEntries(entries);
}
