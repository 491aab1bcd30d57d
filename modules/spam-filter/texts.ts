import type { JsonObject, JsonValue } from 'plexus/module';

/** Keys of contents that people read. */
const READ = ['body', 'formatted_body', 'name', 'topic', 'displayname', 'reason', 'alias'];

/** All that people will read of an event's content; what an edit puts in its place included. */
export function textsOf(content: JsonObject): readonly string[] {
  const texts = READ.map((key) => content[key]).filter((value) => typeof value === 'string');
  const edited = content['m.new_content'];
  return isObject(edited) ? [...texts, ...textsOf(edited)] : texts;
}

const isObject = (value: JsonValue | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
