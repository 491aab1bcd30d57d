import type { Response } from 'undici';
import { exceedsDepth } from '../core/json-limits.ts';
import type { JsonValue } from '../core/json.ts';
import { readUpTo } from './previews/read-up-to.ts';

/** What recurses over JSON would not survive any depth. */
const MAX_DEPTH = 100;

/**
 * The JSON in the body of a reply; undefined when there is none that can be used.
 * @param limit bytes
 */
export async function readJson(response: Response, limit: number): Promise<JsonValue | undefined> {
  const { bytes, isWhole } = await readUpTo(response, limit);
  if (!isWhole) return undefined;
  try {
    const value = JSON.parse(bytes.toString()) as JsonValue;
    return exceedsDepth(value, MAX_DEPTH) ? undefined : value;
  } catch {
    return undefined;
  }
}
