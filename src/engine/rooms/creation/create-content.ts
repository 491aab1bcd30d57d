import { isUserId, type UserId } from '../../../core/identifiers.ts';
import type { JsonObject, JsonValue } from '../../../core/json.ts';
import type { RoomVersion } from '../../../core/room-versions.ts';
import { badJson } from '../../../kernel/errors.ts';

/**
 * The content of an m.room.create event.
 * @param given keys that the client chose; those that are the server's are overwritten
 * @param trusted users who become creators beside the one who makes the room, where the version knows such
 * @throws M_BAD_JSON when the client's `additional_creators` are not user ids
 */
export function createContent(given: JsonObject, creator: UserId, version: RoomVersion, trusted: readonly UserId[]): JsonObject {
  const { creator: _overwritten, ...kept } = given;
  const content = { ...kept, room_version: version.id, ...(version.creator === 'content' && { creator }) };
  if (!version.privilegedCreators) return content;
  const additional = new Set([...additionalCreators(given), ...trusted]);
  additional.delete(creator);
  return additional.size === 0 ? content : { ...content, additional_creators: [...additional] };
}

function additionalCreators(given: JsonObject): readonly UserId[] {
  const listed = Object.hasOwn(given, 'additional_creators') ? given['additional_creators'] : [];
  if (Array.isArray(listed) && (listed as JsonValue[]).every((id) => typeof id === 'string' && isUserId(id))) return listed as UserId[];
  throw badJson('additional_creators must be a list of user ids');
}
