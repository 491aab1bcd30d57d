import { memberChange, memberOf, type MemberRequest } from '../../engine/rooms/membership/member-change.ts';
import { changeEvents } from '../../engine/rooms/state-change.ts';
import type { Requester } from '../../kernel/requester.ts';
import { defineOperation } from '../define.ts';

/** Bans a user, who need not have been in the room: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidban */
export const banUser = defineOperation({
  name: 'ban-user',
  prepare: (context, who: Requester, input: MemberRequest) => context.read(() => memberChange(memberOf(who, input), 'ban', { reason: input.reason })),
  events: (draft) => changeEvents(draft),
  *commit() {},
});
