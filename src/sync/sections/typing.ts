import type { RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Typing } from '../../engine/typing.ts';
import type { RoomSection, SyncRequest } from '../section.ts';

/** Who types in joined rooms: https://spec.matrix.org/v1.19/client-server-api/#mtyping */
export function typingSection(typing: Typing): RoomSection {
  const eventsIn = (roomId: RoomId, { viewer }: SyncRequest): readonly JsonObject[] => {
    const users = typing.usersIn(roomId).filter((userId) => viewer.ignored?.has(userId) !== true);
    return [{ type: 'm.typing', content: { user_ids: users } }];
  };
  return {
    *changes(request, since, rooms) {
      const changed = [...typing.changedAfter(since.memory)].filter((roomId) => rooms.all.has(roomId));
      return new Map(changed.map((roomId) => [roomId, eventsIn(roomId, request)]));
    },
    *everything(request, rooms) {
      return new Map(rooms.filter((roomId) => typing.usersIn(roomId).length > 0).map((roomId) => [roomId, eventsIn(roomId, request)]));
    },
  };
}
