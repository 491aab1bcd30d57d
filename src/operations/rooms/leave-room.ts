import type { RoomId } from '../../core/identifiers.ts';
import { memberContent } from '../../engine/rooms/membership/member-content.ts';
import { membershipEvents, type MembershipChange } from '../../engine/rooms/membership/membership-change.ts';
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
    context.read(function* (): Work<MembershipChange> {
      const before = yield* memberships.find(roomId, who.userId);
      const content = before?.membership === 'leave' ? undefined : yield* memberContent(who.userId, 'leave', { reason });
      return { roomId, sender: who.userId, target: who.userId, content };
    }),
  events: (draft) => membershipEvents(draft),
  *commit() {},
});
