import { InvalidInput } from '../invalid-input.ts';

const MAX_LENGTH = 255;
const KEY_NAME = /^([^:\0]+):([^\0]+)$/;

/**
 * Splits the name of a one-time or fallback key, `<algorithm>:<id>`.
 * @throws InvalidInput M_INVALID_PARAM
 */
export function splitKeyName(name: string): readonly [algorithm: string, id: string] {
  const [, algorithm, id] = KEY_NAME.exec(name) ?? [];
  if (algorithm === undefined || id === undefined || name.length > MAX_LENGTH) {
    throw new InvalidInput('M_INVALID_PARAM', `"${name.slice(0, MAX_LENGTH)}" is no name of a key: it should look like <algorithm>:<id>`);
  }
  return [algorithm, id];
}
