import { createAccount, newUserId, prepareAccount, type AccountWish, type Registered } from '../../engine/accounts/new-account.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';

/** The server chooses the name when `username` is undefined. */
export type UserWish = Omit<AccountWish, 'userId' | 'isGuest'>;

/**
 * Makes an account for somebody who may make any: a module, an administrator. What clients ask for is `register`.
 * @throws M_INVALID_USERNAME, M_USER_IN_USE, M_WEAK_PASSWORD; what a module refuses with
 */
export const registerUser = defineOperation({
  name: 'register-user',
  prepare(context, who: Caller, input: UserWish, ask) {
    const userId = newUserId(input.username, context.serverName);
    return prepareAccount(context, who, { ...input, userId }, (attempt) => ask('check_registration_for_spam', attempt));
  },
  *commit(account): Work<Registered> {
    return yield* createAccount(account);
  },
  listeners: (account) => ({ on_user_registration: [[account.user.userId]] }),
});
