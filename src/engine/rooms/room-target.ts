import { domainOf, isRoomAlias, isRoomId, type RoomId, type ServerName } from '../../core/identifiers.ts';
import { invalidParam, notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as aliases from '../../store/aliases.ts';
import * as rooms from '../../store/rooms.ts';
import type { Room } from '../../store/rooms.ts';

/**
 * The room that an id or an alias leads to.
 * @throws M_INVALID_PARAM for what is neither; M_NOT_FOUND when this server knows no such room
 */
export function* roomAt(idOrAlias: string, serverName: ServerName): Work<Room> {
  const roomId = isRoomAlias(idOrAlias) ? (yield* aliases.find(idOrAlias))?.roomId : toRoomId(idOrAlias);
  const room = roomId === undefined ? undefined : yield* rooms.find(roomId);
  if (room !== undefined) return room;
  const server = isRoomAlias(idOrAlias) || isRoomId(idOrAlias) ? domainOf(idOrAlias) : undefined;
  throw notFound(
    server === undefined || server === serverName
      ? `This server does not know the room ${idOrAlias}`
      : `This server does not know the room ${idOrAlias}, and it does not reach rooms of other servers`,
  );
}

function toRoomId(id: string): RoomId {
  if (!isRoomId(id)) throw invalidParam(`${id} is neither a room id nor a room alias`);
  return id;
}
