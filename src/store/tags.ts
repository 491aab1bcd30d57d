import type { RoomId, UserId } from '../core/identifiers.ts';
import { isObject, objectAt, type JsonObject } from '../core/json.ts';
import type { Work } from '../kernel/work.ts';
import * as accountData from './account-data.ts';

/** Tags by name, with what clients keep with each. */
export type Tags = Readonly<Record<string, JsonObject>>;

/** The tags of a room: https://spec.matrix.org/v1.19/client-server-api/#room-tagging */
export function* ofRoom(userId: UserId, roomId: RoomId): Work<Tags> {
  const stored = yield* accountData.find(userId, roomId, 'm.tag');
  const tags = Object.entries((stored && objectAt(stored, 'tags')) ?? {});
  return Object.fromEntries(tags.filter((entry): entry is [string, JsonObject] => isObject(entry[1])));
}

/** Tags are account data, and reach the user's devices as such. */
export const put = (userId: UserId, roomId: RoomId, tags: Tags): Work<void> => accountData.put(userId, roomId, 'm.tag', { tags });
