import { serverOf, type ServerName, type UserId } from '../../core/identifiers.ts';
import { invalidParam, notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as users from '../../store/users.ts';
import type { User } from '../../store/users.ts';

/** Only accounts of this server can be administered. @throws M_INVALID_PARAM */
export function checkIsOurs(userId: UserId, serverName: ServerName): void {
  if (serverOf(userId) !== serverName) throw invalidParam(`${userId} is not a user of ${serverName}`);
}

/** An account that an administrator asks about, also one that is deactivated. @throws M_INVALID_PARAM for a user of another server; M_NOT_FOUND */
export function* administeredUser(userId: UserId, serverName: ServerName): Work<User> {
  checkIsOurs(userId, serverName);
  const user = yield* users.find(userId);
  if (user === undefined) throw notFound(`There is no account ${userId}`);
  return user;
}
