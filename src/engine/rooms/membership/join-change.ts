import type { ServerName } from '../../../core/identifiers.ts';
import { stringAt } from '../../../core/json.ts';
import { MatrixError } from '../../../kernel/errors.ts';
import type { Requester } from '../../../kernel/requester.ts';
import type { Work } from '../../../kernel/work.ts';
import * as currentState from '../../../store/current-state.ts';
import * as memberships from '../../../store/memberships.ts';
import type { Room } from '../../../store/rooms.ts';
import type { StateChange } from '../state-change.ts';
import { memberChange } from './member-change.ts';
import type { MoreContent } from './member-content.ts';
import { requireOpen } from './open-room.ts';
import { restrictedJoinAuthoriser } from './restricted-join.ts';

/**
 * A user's own joining, or the change of how they appear in a room that they are in. The auth rules decide later whether they may; here
 * is what those do not know: guest access and the conditions of restricted rooms.
 * @param isInvitedNow whether an invitation comes with it
 * @throws M_GUEST_ACCESS_FORBIDDEN, M_FORBIDDEN
 */
export function* joinChange(room: Room, who: Requester, serverName: ServerName, more: MoreContent, isInvitedNow = false): Work<StateChange> {
  const { roomId } = room;
  const before = (yield* memberships.find(roomId, who.userId))?.membership;
  if (before !== 'join') yield* requireOpen(roomId);
  if (who.isGuest) yield* checkGuestAccess(room);
  const mayCome = isInvitedNow || before === 'join' || before === 'invite';
  const authoriser = mayCome ? undefined : yield* restrictedJoinAuthoriser(room, who.userId, serverName);
  const content = { ...more, join_authorised_via_users_server: authoriser };
  return yield* memberChange({ roomId, sender: who.userId, target: who.userId }, 'join', content);
}

/** https://spec.matrix.org/v1.19/client-server-api/#guest-access */
function* checkGuestAccess({ roomId }: Room): Work<void> {
  const event = yield* currentState.eventAt(roomId, 'm.room.guest_access');
  if (event !== undefined && stringAt(event.content, 'guest_access') === 'can_join') return;
  throw new MatrixError(403, 'M_GUEST_ACCESS_FORBIDDEN', 'Guests cannot join this room; register an account');
}
