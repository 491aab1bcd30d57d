import { InvalidInput } from '../invalid-input.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';

/** Reads the properties of one object of a filter and names its place in every error. */
export class FilterReader {
  readonly #object: JsonObject;
  readonly #path: string;

  /** @throws InvalidInput when it is not an object */
  constructor(value: JsonValue, path = '') {
    if (!isObject(value)) throw new InvalidInput('M_BAD_JSON', `${path === '' ? 'A filter' : `"${path}" of the filter`} must be an object`);
    this.#object = value;
    this.#path = path;
  }

  #place(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`;
  }

  #value(key: string): JsonValue | undefined {
    return Object.hasOwn(this.#object, key) ? this.#object[key] : undefined;
  }

  #must(key: string, be: string): InvalidInput {
    return new InvalidInput('M_BAD_JSON', `"${this.#place(key)}" of the filter must be ${be}`);
  }

  /** The object at a key, an empty one when it is absent. */
  object(key: string): FilterReader {
    const value = this.#value(key);
    return new FilterReader(value === undefined ? {} : value, this.#place(key));
  }

  boolean(key: string): boolean | undefined {
    const value = this.#value(key);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.#must(key, 'true or false');
  }

  naturalNumber(key: string): number | undefined {
    const value = this.#value(key);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
    throw this.#must(key, 'a whole number that is not negative');
  }

  /** One of some texts, the first when it is absent. */
  oneOf<T extends string>(key: string, choices: readonly [T, ...T[]]): T {
    const value = this.#value(key);
    if (value === undefined) return choices[0];
    const choice = choices.find((name) => name === value);
    if (choice === undefined) throw this.#must(key, `one of ${choices.join(', ')}`);
    return choice;
  }

  /** A list of texts of which each starts with `sigil`; undefined when it is absent. */
  texts(key: string, max: number, sigil = ''): readonly string[] | undefined {
    const list = this.#value(key);
    if (list === undefined) return undefined;
    const isText = (entry: JsonValue): entry is string => typeof entry === 'string' && entry.startsWith(sigil);
    const entries: readonly JsonValue[] | undefined = Array.isArray(list) ? list : undefined;
    if (entries === undefined || !entries.every(isText)) throw this.#must(key, `a list of texts${sigil === '' ? '' : ` that start with ${sigil}`}`);
    if (entries.length > max) throw new InvalidInput('M_INVALID_PARAM', `"${this.#place(key)}" of the filter may have at most ${max} entries`);
    return entries;
  }
}
