import type { RoomId } from '../../core/identifiers.ts';
import { joinContent } from '../../engine/rooms/membership/join-content.ts';
import { membershipEvents, type MembershipChange } from '../../engine/rooms/membership/membership-change.ts';
import { roomAt } from '../../engine/rooms/room-target.ts';
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
  prepare: (context, who: Requester, input: Joining) =>
    context.read(function* (): Work<MembershipChange> {
      const room = yield* roomAt(input.roomIdOrAlias, context.serverName);
      const before = (yield* memberships.find(room.roomId, who.userId))?.membership;
      const content = before === 'join' ? undefined : yield* joinContent(room, who, before, context.serverName, { reason: input.reason });
      return { roomId: room.roomId, sender: who.userId, target: who.userId, content };
    }),
  events: (draft) => membershipEvents(draft),
  *commit({ roomId }): Work<RoomId> {
    return roomId;
  },
});
