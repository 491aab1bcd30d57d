import type { RoomId, UserId } from '../../core/identifiers.ts';
import { joinChange } from '../../engine/rooms/membership/join-change.ts';
import { roomAt } from '../../engine/rooms/room-target.ts';
import { changeEvents, type StateChange } from '../../engine/rooms/state-change.ts';
import { takeSettingsOver } from '../../engine/rooms/upgrade/personal-settings.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as memberships from '../../store/memberships.ts';
import { defineOperation } from '../define.ts';

interface Joining {
  readonly roomIdOrAlias: string;
  readonly reason: string | undefined;
}

/**
 * Joins a room, if the user is not in it already: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3joinroomidoralias
 * @returns the room's id
 */
export const joinRoom = defineOperation({
  name: 'join-room',
  prepare: (context, who: Requester, { roomIdOrAlias, reason }: Joining) =>
    context.read(function* (): Work<{ userId: UserId; roomId: RoomId; change: StateChange | undefined }> {
      const room = yield* roomAt(roomIdOrAlias, context.serverName);
      const isIn = (yield* memberships.find(room.roomId, who.userId))?.membership === 'join';
      return { userId: who.userId, roomId: room.roomId, change: isIn ? undefined : yield* joinChange(room, who, context.serverName, { reason }) };
    }),
  events: (draft) => changeEvents(draft.change),
  *commit({ userId, roomId, change }): Work<RoomId> {
    if (change !== undefined) yield* takeSettingsOver(userId, roomId);
    return roomId;
  },
});
