import type { RoomId } from '../../core/identifiers.ts';
import { memberChange } from '../../engine/rooms/membership/member-change.ts';
import { requireOpen } from '../../engine/rooms/membership/open-room.ts';
import { roomAt } from '../../engine/rooms/room-target.ts';
import { changeEvents, type StateChange } from '../../engine/rooms/state-change.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';

interface Knock {
  readonly roomIdOrAlias: string;
  readonly reason: string | undefined;
}

/**
 * Asks to be let into a room: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3knockroomidoralias
 * @returns the room's id
 */
export const knockOnRoom = defineOperation({
  name: 'knock-on-room',
  prepare: (context, who: Requester, { roomIdOrAlias, reason }: Knock) =>
    context.read(function* (): Work<StateChange> {
      const { roomId } = yield* roomAt(roomIdOrAlias, context.serverName);
      yield* requireOpen(roomId);
      return yield* memberChange({ roomId, sender: who.userId, target: who.userId }, 'knock', { reason });
    }),
  events: (draft) => changeEvents(draft),
  *commit({ roomId }): Work<RoomId> {
    return roomId;
  },
});
