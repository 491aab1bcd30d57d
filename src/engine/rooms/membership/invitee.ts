import { serverOf, type ServerName, type UserId } from '../../../core/identifiers.ts';
import { forbidden, MatrixError } from '../../../kernel/errors.ts';
import type { Work } from '../../../kernel/work.ts';
import * as accountData from '../../../store/account-data.ts';

/**
 * Checks that somebody can be invited. The account need not exist, as with users of other servers.
 * @throws M_FORBIDDEN for users who cannot be reached; M_INVITE_BLOCKED (https://spec.matrix.org/v1.19/client-server-api/#invite-permission)
 */
export function* checkInvitee(userId: UserId, serverName: ServerName): Work<void> {
  if (serverOf(userId) !== serverName) {
    throw forbidden(`${userId} cannot be invited: this server reaches only users of ${serverName}, not those of other servers`);
  }
  const permission = yield* accountData.find(userId, undefined, 'm.invite_permission_config');
  if (permission?.['default_action'] === 'block') throw new MatrixError(403, 'M_INVITE_BLOCKED', `${userId} does not accept invitations`);
}
