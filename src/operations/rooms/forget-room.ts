import type { RoomId } from '../../core/identifiers.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as memberships from '../../store/memberships.ts';
import { defineOperation } from '../define.ts';

const PRESENT: readonly string[] = ['join', 'invite', 'knock'];

/** Hides a room that a user has left from them: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidforget */
export const forgetRoom = defineOperation({
  name: 'forget-room',
  prepare: (_context, who: Requester, input: { readonly roomId: RoomId }) => ({ roomId: input.roomId, userId: who.userId }),
  *commit({ roomId, userId }): Work<void> {
    const present = yield* memberships.find(roomId, userId);
    if (present !== undefined && PRESENT.includes(present.membership)) {
      throw new MatrixError(400, 'M_UNKNOWN', `User ${userId} is in room ${roomId}: leave it before you forget it`);
    }
    yield* memberships.forget(roomId, userId);
  },
});
