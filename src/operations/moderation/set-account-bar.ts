import type { UserId } from '../../core/identifiers.ts';
import { moderatedUser } from '../../engine/accounts/moderated-user.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as users from '../../store/users.ts';
import { defineOperation } from '../define.ts';

interface AccountBar {
  readonly userId: UserId;
  readonly bar: 'locked' | 'suspended';
  /** Whether it is put up or taken away. */
  readonly value: boolean;
}

/**
 * Locks or suspends a user, or ends that: https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv1adminlockuserid
 * @returns the new value
 * @throws M_INVALID_PARAM, M_NOT_FOUND, M_FORBIDDEN for oneself and other administrators
 */
export const setAccountBar = defineOperation({
  name: 'set-account-bar',
  async prepare(context, who, input: AccountBar) {
    if (input.userId === who.userId) throw forbidden('You cannot do this to your own account');
    await context.read(() => moderatedUser(input.userId, who, context.serverName));
    return input;
  },
  *commit({ userId, bar, value }): Work<boolean> {
    if (bar === 'locked') yield* users.setLocked(userId, value);
    else yield* users.setSuspended(userId, value);
    return value;
  },
});
