import { isObject, objectAt, stringAt, type JsonObject, type JsonValue } from './json.ts';

/**
 * The topic in plain text: the text/plain representation where the event has representations, the older `topic` otherwise
 * (https://spec.matrix.org/v1.19/client-server-api/#mroomtopic).
 * @param content of an m.room.topic event
 */
export function plainTopic(content: JsonObject): string | undefined {
  const texts = objectAt(content, 'm.topic')?.['m.text'];
  if (!Array.isArray(texts)) return stringAt(content, 'topic');
  const plain = (texts as JsonValue[]).find((text) => isObject(text) && (stringAt(text, 'mimetype') ?? 'text/plain') === 'text/plain');
  return isObject(plain) ? stringAt(plain, 'body') : undefined;
}
