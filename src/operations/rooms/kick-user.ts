import { memberOf, type MemberRequest } from '../../engine/rooms/membership/member-change.ts';
import { removal } from '../../engine/rooms/membership/removal.ts';
import { changeEvents } from '../../engine/rooms/state-change.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import { defineOperation } from '../define.ts';

/** Makes somebody leave, or takes back their invitation: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidkick */
export const kickUser = defineOperation({
  name: 'kick-user',
  prepare(context, who: Requester, input: MemberRequest) {
    const notThere = forbidden(`${input.userId} is not in the room, so cannot be kicked`);
    return context.read(() => removal(memberOf(who, input), ['join', 'invite', 'knock'], notThere, input.reason));
  },
  events: (draft) => changeEvents(draft),
  *commit() {},
});
