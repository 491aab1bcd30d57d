import type { UserId } from '../../core/identifiers.ts';
import { accountDetails, type AccountDetails } from '../../engine/accounts/account-details.ts';
import { checkIsOurs } from '../../engine/accounts/administered-user.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** What there is to know of an account, for administrators. @throws M_INVALID_PARAM for a user of another server; M_NOT_FOUND */
export const getAccount = defineRead({
  name: 'get-account',
  async prepare(context, _who: Requester, userId: UserId): Promise<AccountDetails> {
    checkIsOurs(userId, context.serverName);
    const details = await context.read(() => accountDetails(userId));
    if (details === undefined) throw notFound(`There is no account ${userId}`);
    return details;
  },
});
