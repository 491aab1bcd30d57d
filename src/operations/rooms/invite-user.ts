import type { RoomId, UserId } from '../../core/identifiers.ts';
import { inviteChange } from '../../engine/rooms/membership/invite-change.ts';
import { membershipEvents } from '../../engine/rooms/membership/membership-change.ts';
import type { Requester } from '../../kernel/requester.ts';
import { defineOperation } from '../define.ts';

interface Invitation {
  readonly roomId: RoomId;
  readonly userId: UserId;
  readonly reason: string | undefined;
}

/** Invites a user into a room: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidinvite */
export const inviteUser = defineOperation({
  name: 'invite-user',
  prepare: (context, who: Requester, input: Invitation) =>
    context.read(() =>
      inviteChange({ roomId: input.roomId, sender: who.userId, target: input.userId }, context.serverName, { reason: input.reason }),
    ),
  gates: (draft) => ({ user_may_invite: draft.content === undefined ? [] : [[draft.sender, draft.target, draft.roomId]] }),
  events: (draft) => membershipEvents(draft),
  *commit() {},
});
