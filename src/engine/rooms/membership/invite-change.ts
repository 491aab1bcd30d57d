import type { ServerName } from '../../../core/identifiers.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { Work } from '../../../kernel/work.ts';
import { toInvitee } from './invitee.ts';
import { memberContent } from './member-content.ts';
import { unlessStanding, type MembershipChange } from './membership-change.ts';

/**
 * An invitation. One that stands already in the same words is not repeated.
 * @throws M_FORBIDDEN for users who cannot be reached
 */
export function* inviteChange(
  who: Pick<MembershipChange, 'roomId' | 'sender' | 'target'>,
  serverName: ServerName,
  more: { readonly reason?: string | undefined } & Partial<JsonObject>,
): Work<MembershipChange> {
  const target = toInvitee(who.target, serverName);
  return yield* unlessStanding({ ...who, target, content: yield* memberContent(target, 'invite', more) });
}
