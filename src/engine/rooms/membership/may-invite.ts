import type { RoomId, UserId } from '../../../core/identifiers.ts';
import { forbidden } from '../../../kernel/errors.ts';
import type { Work } from '../../../kernel/work.ts';
import * as memberships from '../../../store/memberships.ts';
import { roomLevels } from '../room-levels.ts';

/**
 * Checks beforehand what the auth rules will check of an invitation: by then somebody may have been sent a mail.
 * @throws M_FORBIDDEN; M_NOT_FOUND for an unknown room
 */
export function* checkMayInvite(roomId: RoomId, userId: UserId): Work<void> {
  const levels = yield* roomLevels(roomId);
  if ((yield* memberships.find(roomId, userId))?.membership !== 'join') throw forbidden(`${userId} is not in the room`);
  const level = levels.userLevel(userId);
  if (level < levels.invite) throw forbidden(`${userId} may not invite users: that needs power level ${levels.invite}, they have ${level}`);
}
