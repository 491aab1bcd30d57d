/** Canonical JSON: https://spec.matrix.org/v1.19/appendices/#canonical-json */
import { InvalidInput } from './invalid-input.ts';
import type { JsonObject, JsonValue } from './json.ts';

/** `lax` is for the rooms of old versions, whose events may hold floats and large integers (RoomVersion.json). */
export type JsonRules = 'strict' | 'lax';

/** A value has no canonical form: a float, an integer outside ±(2^53 - 1), a lone surrogate, or not JSON at all. */
export class NotCanonical extends InvalidInput {
  override readonly name = 'NotCanonical';
  constructor(message: string) {
    super('M_BAD_JSON', message);
  }
}

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The shortest JSON of a value, with the keys of objects sorted by code point.
 * The value's depth must have been limited before (json-limits.ts), for this recurses.
 * @throws NotCanonical
 */
export const canonicalJson = (value: JsonValue, rules: JsonRules = 'strict'): string => write(value, rules === 'lax');

function write(value: JsonValue, lax: boolean): string {
  if (typeof value === 'string') return quote(value, lax);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : largeOrFloat(value, lax);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (typeof value !== 'object') throw new NotCanonical(`A value of type ${typeof value} cannot be written as JSON`);
  return isArray(value) ? writeArray(value, lax) : writeObject(value, lax);
}

const isArray = (value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] => Array.isArray(value);

function writeArray(array: readonly JsonValue[], lax: boolean): string {
  let json = '[';
  for (const item of array) json += json.length > 1 ? `,${write(item, lax)}` : write(item, lax);
  return `${json}]`;
}

function writeObject(object: JsonObject, lax: boolean): string {
  let json = '{';
  for (const key of sortedKeys(object)) {
    if (json.length > 1) json += ',';
    json += `${quote(key, lax)}:${write(object[key] as JsonValue, lax)}`;
  }
  return `${json}}`;
}

/** The engine sorts by UTF-16 unit, which differs from the order of code points only where surrogates are. */
function sortedKeys(object: JsonObject): string[] {
  const keys = Object.keys(object).sort();
  return keys.some((key) => SURROGATE.test(key)) ? keys.sort(byCodePoint) : keys;
}

/** The order of UTF-8 bytes is that of code points. */
const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function quote(text: string, lax: boolean): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!lax && LONE_SURROGATE.test(text)) throw new NotCanonical('Text holds half of a surrogate pair, which is no Unicode character');
  return JSON.stringify(text);
}

function largeOrFloat(value: number, lax: boolean): string {
  if (lax && Number.isFinite(value)) return Number.isInteger(value) ? BigInt(value).toString() : String(value);
  throw new NotCanonical(`The number ${value} is not an integer from -(2^53 - 1) to 2^53 - 1`);
}
