import type { JsonObject, JsonValue } from 'plexus/module';

export const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text at a key; undefined when there is none. */
export function stringAt(value: JsonValue | undefined, key: string): string | undefined {
  const found = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof found === 'string' ? found : undefined;
}
