import { LRUCache } from 'lru-cache';
import type { Filter } from '../core/filters/filter.ts';
import { parseFilter } from '../core/filters/parse-filter.ts';
import type { UserId } from '../core/identifiers.ts';
import type { JsonValue } from '../core/json.ts';
import type { Reader } from '../kernel/database.ts';
import { invalidParam, notFound } from '../kernel/errors.ts';
import * as filters from '../store/filters.ts';

const EVERYTHING = parseFilter({});
/** Clients send the same filter with every request. */
const MAX_REMEMBERED = 500;
/** Characters; a longer filter is read anew each time. */
const MAX_KEY = 4_000;

/** The filters that clients use, read once. */
export class Filters {
  readonly #reader: Reader;
  /** A filter never changes: the id of a stored one is made from what it says. */
  readonly #known = new LRUCache<string, Filter>({ max: MAX_REMEMBERED });

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /**
   * The filter of a request: https://spec.matrix.org/v1.19/client-server-api/#filtering
   * @param text an id, or JSON, which begins with `{`
   * @throws M_NOT_FOUND, M_INVALID_PARAM, M_BAD_JSON
   */
  async of(userId: UserId, text: string | undefined): Promise<Filter> {
    if (text === undefined || text === '') return EVERYTHING;
    const key = text.startsWith('{') ? text : `${userId}\0${text}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const filter = parseFilter(text.startsWith('{') ? parseJson(text) : await this.#stored(userId, text));
    if (key.length <= MAX_KEY) this.#known.set(key, filter);
    return filter;
  }

  async #stored(userId: UserId, filterId: string): Promise<JsonValue> {
    const definition = await this.#reader.read(() => filters.find(userId, filterId));
    if (definition === undefined) throw notFound(`You have no filter ${filterId}: define it again`);
    return definition;
  }
}

function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw invalidParam('"filter" begins with "{" but is not JSON');
  }
}
