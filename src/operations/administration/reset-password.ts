import type { UserId } from '../../core/identifiers.ts';
import { administeredUser } from '../../engine/accounts/administered-user.ts';
import { closeSessions } from '../../engine/accounts/close-sessions.ts';
import { loggedOut } from '../../engine/accounts/logged-out.ts';
import { notifying, tellOwner } from '../../engine/mail/notices.ts';
import { forbidden, notFound } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import type { EndedToken } from '../../store/access-tokens.ts';
import * as users from '../../store/users.ts';
import { defineOperation } from '../define.ts';

interface PasswordReset {
  readonly userId: UserId;
  readonly newPassword: string;
  readonly logoutDevices: boolean;
}

/**
 * Sets the password of any account, for administrators; its owner hears of it.
 * @throws M_FORBIDDEN where the server keeps no passwords, M_NOT_FOUND, M_WEAK_PASSWORD, M_INVALID_PARAM
 */
export const resetPassword = defineOperation({
  name: 'reset-password',
  async prepare(context, who: Requester, { userId, newPassword, logoutDevices }: PasswordReset) {
    if (!context.config.passwords.enabled) throw forbidden('This server keeps no passwords');
    const user = await context.read(() => administeredUser(userId, context.serverName));
    if (user.isDeactivated) throw notFound(`The account ${userId} is deactivated`);
    return { who, userId, logoutDevices, passwordHash: await context.passwords.hash(newPassword), notifying: notifying(context) };
  },
  *commit({ who, userId, logoutDevices, passwordHash, notifying: by }): Work<readonly EndedToken[]> {
    yield* users.setPassword(userId, passwordHash);
    const ended = logoutDevices ? yield* closeSessions(userId, who.userId === userId ? who : undefined) : [];
    yield* tellOwner(by, userId, { kind: 'password-changed' });
    return ended;
  },
  listeners: (_draft, ended) => ({ on_logged_out: loggedOut(ended) }),
});
