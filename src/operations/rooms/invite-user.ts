import { inviteChange } from '../../engine/rooms/membership/invite-change.ts';
import { memberOf, type MemberRequest } from '../../engine/rooms/membership/member-change.ts';
import { changeEvents } from '../../engine/rooms/state-change.ts';
import type { Requester } from '../../kernel/requester.ts';
import { defineOperation } from '../define.ts';

/** Invites a user into a room: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidinvite */
export const inviteUser = defineOperation({
  name: 'invite-user',
  async prepare(context, who: Requester, input: MemberRequest) {
    const member = memberOf(who, input);
    return { member, change: await context.read(() => inviteChange(member, context.serverName, { reason: input.reason })) };
  },
  gates: ({ member, change }) => ({ user_may_invite: change.standing === undefined ? [[member.sender, member.target, member.roomId]] : [] }),
  events: (draft) => changeEvents(draft.change),
  *commit() {},
});
