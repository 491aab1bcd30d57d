import type { JsonValue } from '../../core/json.ts';
import { exceedsDepth } from '../../core/json-limits.ts';
import type { RoomEventFilter } from '../../core/filters/filter.ts';
import { parseRoomEventFilter } from '../../core/filters/parse-filter.ts';
import { badJson, MatrixError } from '../../kernel/errors.ts';

const MAX_DEPTH = 10;

/**
 * The filter in a query string: https://spec.matrix.org/v1.19/client-server-api/#filtering
 * @throws M_NOT_JSON, M_BAD_JSON, M_INVALID_PARAM
 */
export function toRoomEventFilter(text: string | undefined): RoomEventFilter | undefined {
  if (text === undefined || text === '') return undefined;
  let json: JsonValue;
  try {
    json = JSON.parse(text) as JsonValue;
  } catch {
    throw new MatrixError(400, 'M_NOT_JSON', 'The parameter "filter" must be JSON');
  }
  if (exceedsDepth(json, MAX_DEPTH)) throw badJson('The filter is nested too deeply');
  return parseRoomEventFilter(json);
}
