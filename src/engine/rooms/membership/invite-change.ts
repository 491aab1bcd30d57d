import type { ServerName } from '../../../core/identifiers.ts';
import type { Work } from '../../../kernel/work.ts';
import type { StateChange } from '../state-change.ts';
import { checkInvitee } from './invitee.ts';
import { requireOpen } from './open-room.ts';
import { memberChange, type MemberOf } from './member-change.ts';
import type { MoreContent } from './member-content.ts';

/**
 * An invitation. One that stands already in the same words is not repeated.
 * @throws M_FORBIDDEN, M_INVITE_BLOCKED
 */
export function* inviteChange(who: MemberOf, serverName: ServerName, more: MoreContent): Work<StateChange> {
  yield* requireOpen(who.roomId);
  yield* checkInvitee(who.target, serverName);
  return yield* memberChange(who, 'invite', more);
}
