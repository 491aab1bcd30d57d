import { createAccount, newUserId, prepareAccount, type AccountWish, type Registered } from '../../engine/accounts/new-account.ts';
import { toEmailAddress } from '../../engine/accounts/third-party-identifier.ts';
import { toldOfAdded } from '../../engine/accounts/told-of-addresses.ts';
import { addressInUse } from '../../engine/accounts/validated-address.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import { defineOperation } from '../define.ts';

/** The server chooses the name when `username` is undefined. */
export interface UserWish extends Omit<AccountWish, 'userId' | 'isGuest' | 'email'> {
  /** Mail addresses that are known to be the user's. */
  readonly emails?: readonly string[] | undefined;
}

/**
 * Makes an account for somebody who may make any: a module, an administrator. What clients ask for is `register`.
 * @throws M_INVALID_USERNAME, M_USER_IN_USE, M_WEAK_PASSWORD, M_THREEPID_IN_USE, M_INVALID_PARAM; what a module refuses with
 */
export const registerUser = defineOperation({
  name: 'register-user',
  async prepare(context, who: Caller, { emails = [], ...input }: UserWish, ask) {
    const userId = newUserId(input.username, context.serverName);
    const now = context.clock.now();
    const addresses = [...new Set(emails.map(toEmailAddress))];
    const [first] = addresses;
    const wish = { ...input, userId, email: first === undefined ? undefined : { address: first, validatedTs: now } };
    return { account: await prepareAccount(context, who, wish, (attempt) => ask('check_registration_for_spam', attempt)), addresses, now };
  },
  *commit({ account, addresses, now }): Work<Registered> {
    const registered = yield* createAccount(account);
    for (const address of addresses) {
      const isAdded = yield* thirdPartyIds.add(registered.userId, { medium: 'email', address, validatedTs: now, addedTs: now });
      if (!isAdded) throw addressInUse();
    }
    return registered;
  },
  listeners: ({ account: { user }, addresses }) => ({
    on_user_registration: [[user.userId]],
    ...toldOfAdded(
      user.userId,
      addresses.map((address) => ({ medium: 'email', address })),
    ),
  }),
});
