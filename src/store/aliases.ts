import type { RoomAlias, RoomId, UserId } from '../core/identifiers.ts';
import { execute, row, rows, type Work } from '../kernel/work.ts';

/** A room alias of this server: https://spec.matrix.org/v1.19/client-server-api/#room-aliases */
export interface Alias {
  readonly alias: RoomAlias;
  readonly roomId: RoomId;
  readonly creator: UserId;
}

export function* find(alias: RoomAlias): Work<Alias | undefined> {
  return yield* row<Alias>('select alias, room_id as "roomId", creator from room_aliases where alias = ?', alias);
}

/** The aliases of this server that lead to a room, in order of the alphabet. */
export function* listFor(roomId: RoomId): Work<readonly RoomAlias[]> {
  const found = yield* rows<{ alias: RoomAlias }>('select alias from room_aliases where room_id = ? order by alias', roomId);
  return found.map(({ alias }) => alias);
}

/** @param now milliseconds since the epoch. @returns false when the alias is taken, and nothing was changed */
export function* create(alias: Alias, now: number): Work<boolean> {
  const made = yield* row<{ alias: string }>(
    'insert into room_aliases (alias, room_id, creator, created_ts) values (?, ?, ?, ?) on conflict (alias) do nothing returning alias',
    alias.alias,
    alias.roomId,
    alias.creator,
    now,
  );
  return made !== undefined;
}

/** @returns false when there is no such alias any more */
export function* remove(alias: RoomAlias): Work<boolean> {
  return (yield* row<{ alias: string }>('delete from room_aliases where alias = ? returning alias', alias)) !== undefined;
}

/** Lets all aliases of one room lead to another. */
export function* move(from: RoomId, to: RoomId): Work<void> {
  yield* execute('update room_aliases set room_id = ? where room_id = ?', to, from);
}
