import { isUserId, serverOf, type ServerName, type UserId } from '../../../core/identifiers.ts';
import { forbidden, invalidParam } from '../../../kernel/errors.ts';

/**
 * Somebody who is to be invited. The account need not exist, as with users of other servers.
 * @throws M_INVALID_PARAM for what is not a user id; M_FORBIDDEN for users who cannot be reached
 */
export function toInvitee(userId: string, serverName: ServerName): UserId {
  if (!isUserId(userId)) throw invalidParam(`${userId} is not a user id: it should look like @name:server`);
  if (serverOf(userId) === serverName) return userId;
  throw forbidden(`${userId} cannot be invited: this server reaches only users of ${serverName}, not those of other servers`);
}
