import type { RoomId, UserId } from './identifiers.ts';
import type { JsonObject, JsonValue } from './json.ts';

/**
 * The content of `m.direct`, by which users say which rooms are direct chats, with one room more.
 * https://spec.matrix.org/v1.19/client-server-api/#mdirect
 * @param other with whom
 * @returns undefined where the room stands there already
 */
export function withDirectRoom(content: JsonObject, other: UserId, roomId: RoomId): JsonObject | undefined {
  const known = Object.hasOwn(content, other) ? content[other] : undefined;
  const rooms = Array.isArray(known) ? (known as readonly JsonValue[]) : [];
  return rooms.includes(roomId) ? undefined : { ...content, [other]: [...rooms, roomId] };
}
