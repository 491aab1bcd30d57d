import { createHash } from 'node:crypto';
import type { UserId } from '../core/identifiers.ts';
import type { JsonObject } from '../core/json.ts';
import { execute, row, type Work } from '../kernel/work.ts';

/** Keeps a filter. @returns its id; the same definition has the same id */
export function* put(userId: UserId, definition: JsonObject): Work<string> {
  const json = JSON.stringify(definition);
  const filterId = createHash('sha256').update(json).digest('base64url').slice(0, 16);
  yield* execute(
    'insert into filters (user_id, filter_id, definition) values (?, ?, ?) on conflict (user_id, filter_id) do nothing',
    userId,
    filterId,
    json,
  );
  return filterId;
}

/** The definition of a user's filter, as it was sent. */
export function* find(userId: UserId, filterId: string): Work<JsonObject | undefined> {
  const found = yield* row<{ definition: string }>('select definition from filters where user_id = ? and filter_id = ?', userId, filterId);
  return found === undefined ? undefined : (JSON.parse(found.definition) as JsonObject);
}
