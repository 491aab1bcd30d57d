import { domainOf, type RoomAlias, type RoomId } from '../../core/identifiers.ts';
import { forbidden, invalidParam, MatrixError, notFound } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as aliases from '../../store/aliases.ts';
import * as memberships from '../../store/memberships.ts';
import * as rooms from '../../store/rooms.ts';
import { defineOperation } from '../define.ts';

interface Naming {
  readonly alias: RoomAlias;
  readonly roomId: RoomId;
}

/** Makes an alias lead to a room: https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3directoryroomroomalias */
export const setRoomAlias = defineOperation({
  name: 'set-room-alias',
  async prepare(context, who: Requester, { alias, roomId }: Naming) {
    if (domainOf(alias) !== context.serverName || /\s/.test(alias)) {
      throw invalidParam(`This server makes only aliases that end in :${context.serverName} and have no spaces`);
    }
    await context.read(function* () {
      if ((yield* rooms.find(roomId)) === undefined) throw notFound(`This server does not know the room ${roomId}`);
      const membership = (yield* memberships.find(roomId, who.userId))?.membership;
      if (membership !== 'join') throw forbidden('You must be in the room to make an alias for it');
      if ((yield* aliases.find(alias)) !== undefined) throw exists(alias);
    });
    return { alias, roomId, creator: who.userId, now: context.clock.now() };
  },
  gates: (draft) => ({ user_may_create_room_alias: [[draft.creator, draft.alias]] }),
  *commit({ now, ...alias }): Work<void> {
    if (!(yield* aliases.create(alias, now))) throw exists(alias.alias);
  },
});

const exists = (alias: RoomAlias): MatrixError => new MatrixError(409, 'M_UNKNOWN', `Room alias ${alias} already exists`);
