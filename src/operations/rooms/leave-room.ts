import type { RoomId } from '../../core/identifiers.ts';
import { memberChange } from '../../engine/rooms/membership/member-change.ts';
import { changeEvents, type StateChange } from '../../engine/rooms/state-change.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as memberships from '../../store/memberships.ts';
import { defineOperation } from '../define.ts';

interface Leaving {
  readonly roomId: RoomId;
  readonly reason: string | undefined;
}

/**
 * Leaves a room, rejects an invitation or takes back a knock; who has left already may leave again.
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidleave
 */
export const leaveRoom = defineOperation({
  name: 'leave-room',
  prepare: (context, who: Requester, { roomId, reason }: Leaving) =>
    context.read(function* (): Work<{ change: StateChange | undefined }> {
      const hasLeft = (yield* memberships.find(roomId, who.userId))?.membership === 'leave';
      const self = { roomId, sender: who.userId, target: who.userId };
      return { change: hasLeft ? undefined : yield* memberChange(self, 'leave', { reason }) };
    }),
  // A shadow-banned user who goes really goes: nobody is better off with them in the room.
  events: (draft) => changeEvents(draft.change).map((plan) => ({ ...plan, openly: true })),
  *commit() {},
});
