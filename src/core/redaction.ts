/** The redaction algorithm: https://spec.matrix.org/v1.19/client-server-api/#redactions */
import { isObject, stringAt, type JsonObject, type JsonValue } from './json.ts';
import type { RoomVersion } from './room-versions.ts';

/**
 * A copy of an event with only what a redaction leaves, which is also what its signatures and reference hash cover.
 * `unsigned` goes as well; who serves a redacted event adds its own.
 */
export function redact(pdu: JsonObject, version: RoomVersion): JsonObject {
  const kept = pick(pdu, version.redaction.event);
  return isObject(pdu['content']) ? { ...kept, content: redactContent(stringAt(pdu, 'type'), pdu['content'], version) } : kept;
}

function redactContent(type: string | undefined, content: JsonObject, version: RoomVersion): JsonObject {
  const rules = version.redaction.content;
  if (type === undefined || !Object.hasOwn(rules, type)) return {};
  const keys = rules[type];
  return keys === undefined || keys === 'all' ? content : pick(content, keys);
}

/** A copy of an object with only some of its keys, or keys of its objects (`outer.inner`). */
function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  const kept: Record<string, JsonValue> = {};
  for (const key of keys) {
    const [outer, inner] = key.split('.') as [string, string?];
    const value = Object.hasOwn(object, outer) ? object[outer] : undefined;
    if (value === undefined) continue;
    if (inner === undefined) kept[outer] = value;
    else if (isObject(value) && Object.hasOwn(value, inner)) kept[outer] = pick(value, [inner]);
  }
  return kept;
}
