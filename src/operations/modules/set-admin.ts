import type { UserId } from '../../core/identifiers.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as users from '../../store/users.ts';
import { defineOperation } from '../define.ts';

interface AdminChange {
  readonly userId: UserId;
  readonly isAdmin: boolean;
}

/** Makes or unmakes a server administrator. @throws M_NOT_FOUND */
export const setAdmin = defineOperation({
  name: 'set-admin',
  prepare: (_context, _who: Caller, input: AdminChange) => input,
  *commit({ userId, isAdmin }): Work<void> {
    if (!(yield* users.exists(userId))) throw notFound(`There is no account ${userId}`);
    yield* users.setAdmin(userId, isAdmin);
  },
});
