import type { UserId } from '../../core/identifiers.ts';
import { forbidden, notFound } from '../../kernel/errors.ts';
import { isRequester, type Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as users from '../../store/users.ts';
import { defineOperation } from '../define.ts';

interface AdminChange {
  readonly userId: UserId;
  readonly isAdmin: boolean;
}

/** Makes or unmakes a server administrator. @throws M_NOT_FOUND; M_FORBIDDEN for who would not be one any more */
export const setAdmin = defineOperation({
  name: 'set-admin',
  prepare(_context, who: Caller, input: AdminChange) {
    if (isRequester(who) && who.userId === input.userId && !input.isAdmin) throw forbidden('You cannot do this to your own account');
    return input;
  },
  *commit({ userId, isAdmin }): Work<void> {
    if (!(yield* users.exists(userId))) throw notFound(`There is no account ${userId}`);
    yield* users.setAdmin(userId, isAdmin);
  },
});
