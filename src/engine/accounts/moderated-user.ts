import type { ServerName, UserId } from '../../core/identifiers.ts';
import { forbidden, notFound } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import type { User } from '../../store/users.ts';
import { administeredUser } from './administered-user.ts';

/**
 * The account that an administrator wants to moderate. Whether the requester is one at all was checked before.
 * @throws M_INVALID_PARAM for a user of another server; M_NOT_FOUND; M_FORBIDDEN for another administrator
 */
export function* moderatedUser(userId: UserId, who: Requester, serverName: ServerName): Work<User> {
  const user = yield* administeredUser(userId, serverName);
  if (user.isDeactivated) throw notFound(`There is no account ${userId}`);
  if (user.isAdmin && userId !== who.userId) throw forbidden(`${userId} is an administrator too`);
  return user;
}
