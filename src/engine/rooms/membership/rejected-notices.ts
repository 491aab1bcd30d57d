import type { RoomId, UserId } from '../../../core/identifiers.ts';
import { MatrixError } from '../../../kernel/errors.ts';
import type { Work } from '../../../kernel/work.ts';
import * as memberships from '../../../store/memberships.ts';
import * as roomDeletions from '../../../store/room-deletions.ts';
import * as serverNoticeRooms from '../../../store/server-notice-rooms.ts';

/**
 * Who is invited to their server notices cannot reject that; once they have joined, they may leave. A room that is being deleted holds nobody.
 * https://spec.matrix.org/v1.19/client-server-api/#server-notices
 * @throws M_CANNOT_LEAVE_SERVER_NOTICE_ROOM
 */
export function* refuseRejectedNotices(roomId: RoomId, userId: UserId): Work<void> {
  if ((yield* serverNoticeRooms.find(userId)) !== roomId) return;
  if ((yield* memberships.find(roomId, userId))?.membership !== 'invite' || (yield* roomDeletions.isClosed(roomId))) return;
  throw new MatrixError(403, 'M_CANNOT_LEAVE_SERVER_NOTICE_ROOM', 'You cannot reject the invitation to the notices of this server');
}
