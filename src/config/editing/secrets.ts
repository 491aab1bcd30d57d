import { isDeepStrictEqual } from 'node:util';
import { isObject, type JsonObject, type JsonValue } from '../../core/json.ts';

const SECRET_KEY = /pass(?:word|wd|phrase)?$|secret|token|credential|api_?key|access_?key|private_?key|^key$|bearer|^authorization$|^dsn$/i;
/** An address with a password in it. */
const SECRET_ADDRESS = /^[a-z][a-z\d+.-]*:\/\/[^/?#\s]*:[^/?#\s]*@/i;

/** A copy in which every text is masked that stands under a key like `password`, or is an address with a password. */
export function maskSecrets(value: JsonValue, mask: string, isSecret = false): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => maskSecrets(item, mask, isSecret));
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskSecrets(item, mask, isSecret || SECRET_KEY.test(key))]));
  }
  const masks = typeof value === 'string' ? value !== '' && (isSecret || SECRET_ADDRESS.test(value)) : typeof value === 'number' && isSecret;
  return masks ? mask : value;
}

/**
 * Puts the secrets back into what was shown with masks, and changed.
 * @param path where the value stands
 * @param missing is called with the place of each mask behind which there was nothing
 */
export function restoreSecrets(
  value: JsonValue,
  secret: JsonValue | undefined,
  mask: string,
  missing: (path: Path) => void,
  path: Path = [],
): JsonValue {
  const inside = (item: JsonValue, before: JsonValue | undefined, step: string | number): JsonValue =>
    restoreSecrets(item, before, mask, missing, [...path, step]);
  if (Array.isArray(value)) {
    const before = Array.isArray(secret) ? (secret as readonly JsonValue[]) : [];
    return value.map((item: JsonValue, index) => inside(item, counterpart(item, index, before, mask), index));
  }
  if (isObject(value)) {
    const before = isObject(secret) ? secret : {};
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inside(item, ownAt(before, key), key)]));
  }
  if (value !== mask) return value;
  if (typeof secret === 'string' || typeof secret === 'number') return secret;
  missing(path);
  return value;
}

type Path = readonly (string | number)[];

const ownAt = (object: JsonObject, key: string): JsonValue | undefined => (Object.hasOwn(object, key) ? object[key] : undefined);

/** The item of a list that was shown like this one: items may have been added, removed or moved. */
function counterpart(item: JsonValue, index: number, before: readonly JsonValue[], mask: string): JsonValue | undefined {
  const wasShownSo = (other: JsonValue | undefined): boolean =>
    other !== undefined && isDeepStrictEqual(maskSecrets(other, mask, item === mask), item);
  return wasShownSo(before[index]) ? before[index] : (before.find(wasShownSo) ?? before[index]);
}
