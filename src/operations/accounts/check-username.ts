import { newUserId, refuseReserved, userInUse } from '../../engine/accounts/new-account.ts';
import type { Caller } from '../../kernel/requester.ts';
import * as users from '../../store/users.ts';
import { defineRead } from '../define.ts';

/**
 * Whether a name can be registered: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3registeravailable
 * @throws M_INVALID_USERNAME, M_USER_IN_USE
 */
export const checkUsername = defineRead({
  name: 'check-username',
  async prepare(context, _who: Caller, username: string): Promise<true> {
    const userId = newUserId(username, context.serverName);
    refuseReserved(userId, context.config);
    if (await context.read(() => users.exists(userId))) throw userInUse();
    return true;
  },
});
