import type { EventTemplate } from '../../core/event.ts';
import type { RoomAlias, UserId } from '../../core/identifiers.ts';
import { withoutAlias } from '../../engine/rooms/canonical-alias.ts';
import { maySetState } from '../../engine/rooms/room-levels.ts';
import { forbidden, notFound } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as aliases from '../../store/aliases.ts';
import type { Alias } from '../../store/aliases.ts';
import * as currentState from '../../store/current-state.ts';
import { defineOperation } from '../define.ts';

const unknownAlias = (alias: RoomAlias) => notFound(`Room alias ${alias} not found`);

/**
 * Takes an alias away: its creator may, server administrators, and whoever may choose the room's canonical alias, which then does not name it
 * any more. https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3directoryroomroomalias
 */
export const deleteRoomAlias = defineOperation({
  name: 'delete-room-alias',
  prepare: (context, who: Requester, { alias }: { readonly alias: RoomAlias }) =>
    context.read(function* (): Work<{ alias: Alias; events: readonly EventTemplate[] }> {
      const found = yield* aliases.find(alias);
      if (found === undefined) throw unknownAlias(alias);
      const mayChoose = yield* maySetState(found.roomId, who.userId, 'm.room.canonical_alias');
      if (found.creator !== who.userId && !who.isAdmin && !mayChoose) {
        throw forbidden(`${alias} was made by somebody else, and you may not choose the aliases of its room`);
      }
      return { alias: found, events: mayChoose ? yield* correction(found, who.userId) : [] };
    }),
  events: (draft) => (draft.events.length === 0 ? [] : [{ room: { id: draft.alias.roomId }, events: draft.events }]),
  *commit({ alias }): Work<void> {
    if (!(yield* aliases.remove(alias.alias))) throw unknownAlias(alias.alias);
  },
});

/** The event after which the room does not call itself by the alias. */
function* correction({ alias, roomId }: Alias, sender: UserId): Work<readonly EventTemplate[]> {
  const present = yield* currentState.eventAt(roomId, 'm.room.canonical_alias');
  const content = present === undefined ? undefined : withoutAlias(present.content, alias);
  return content === undefined ? [] : [{ type: 'm.room.canonical_alias', stateKey: '', sender, content }];
}
