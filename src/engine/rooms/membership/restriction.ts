import { isRoomId, type RoomId } from '../../../core/identifiers.ts';
import { isObject, stringAt, type JsonObject, type JsonValue } from '../../../core/json.ts';
import type { RoomVersion } from '../../../core/room-versions.ts';

/**
 * The rooms whose members may join a restricted room: https://spec.matrix.org/v1.19/client-server-api/#restricted-rooms
 * @param rules the content of the room's m.room.join_rules
 * @returns undefined where the join rule is another, or one that the room's version does not have
 */
export function roomsThatLetIn(rules: JsonObject, version: RoomVersion): readonly RoomId[] | undefined {
  const rule = stringAt(rules, 'join_rule');
  const isRestricted = (rule === 'restricted' && version.restrictedJoins) || (rule === 'knock_restricted' && version.knockRestrictedJoins);
  return isRestricted ? allowedRooms(rules) : undefined;
}

function allowedRooms(rules: JsonObject): readonly RoomId[] {
  const allow = Array.isArray(rules['allow']) ? (rules['allow'] as JsonValue[]) : [];
  return allow
    .filter((condition) => isObject(condition) && stringAt(condition, 'type') === 'm.room_membership')
    .map((condition) => stringAt(condition as JsonObject, 'room_id') ?? '')
    .filter(isRoomId);
}
