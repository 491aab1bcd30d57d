import type { UserId } from '../../core/identifiers.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as identityBindings from '../../store/identity-bindings.ts';
import * as users from '../../store/users.ts';
import { defineOperation } from '../define.ts';

interface Bound {
  readonly userId: UserId;
  readonly binding: identityBindings.IdentityBinding;
}

/** Notes that an identity server tells others of a user's address, so that it is asked to forget it when the account ends. @throws M_NOT_FOUND */
export const recordIdentityBinding = defineOperation({
  name: 'record-identity-binding',
  prepare: (context, _who: Caller, bound: Bound) => ({ ...bound, now: context.clock.now() }),
  *commit({ userId, binding, now }): Work<void> {
    if (!(yield* users.exists(userId))) throw notFound(`There is no account ${userId}`);
    yield* identityBindings.add(userId, binding, now);
  },
});
