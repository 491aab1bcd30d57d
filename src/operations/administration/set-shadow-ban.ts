import type { UserId } from '../../core/identifiers.ts';
import { moderatedUser } from '../../engine/accounts/moderated-user.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as users from '../../store/users.ts';
import { defineOperation } from '../define.ts';

interface ShadowBan {
  readonly userId: UserId;
  readonly isBanned: boolean;
}

/**
 * Hides from others what a user does from now on, without their noticing, or ends that.
 * @throws M_INVALID_PARAM, M_NOT_FOUND, M_FORBIDDEN for oneself and other administrators
 */
export const setShadowBan = defineOperation({
  name: 'set-shadow-ban',
  async prepare(context, who: Requester, input: ShadowBan) {
    if (input.userId === who.userId) throw forbidden('You cannot do this to your own account');
    await context.read(() => moderatedUser(input.userId, who, context.serverName));
    return input;
  },
  commit: ({ userId, isBanned }): Work<void> => users.setShadowBanned(userId, isBanned),
});
