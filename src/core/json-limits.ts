/** Limits on JSON from outside. JSON.parse accepts 100,000 nested arrays; everything that recurses over them dies. */
import type { JsonObject, JsonValue } from './json.ts';

type Container = readonly JsonValue[] | JsonObject;

const isContainer = (value: JsonValue): value is Container => typeof value === 'object' && value !== null;

/** True when objects and arrays are nested more than `max` deep; `{}` is 1 deep, a string 0. */
export function exceedsDepth(value: JsonValue, max: number): boolean {
  let level = [value].filter(isContainer);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > max) return true;
    const next: Container[] = [];
    for (const container of level) {
      for (const child of Object.values<JsonValue>(container)) if (isContainer(child)) next.push(child);
    }
    level = next;
  }
  return false;
}
