import { memberOf, type MemberRequest } from '../../engine/rooms/membership/member-change.ts';
import { removal } from '../../engine/rooms/membership/removal.ts';
import { changeEvents } from '../../engine/rooms/state-change.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import { defineOperation } from '../define.ts';

/** Lifts a ban: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidunban */
export const unbanUser = defineOperation({
  name: 'unban-user',
  prepare(context, who: Requester, input: MemberRequest) {
    const notBanned = new MatrixError(403, 'M_BAD_STATE', `${input.userId} is not banned from the room`);
    return context.read(() => removal(memberOf(who, input), ['ban'], notBanned, input.reason));
  },
  events: (draft) => changeEvents(draft),
  *commit() {},
});
