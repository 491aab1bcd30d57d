import type { UserId } from '../../core/identifiers.ts';
import { administeredUser } from '../../engine/accounts/administered-user.ts';
import { closeAccount, type ClosedAccount } from '../../engine/accounts/close-account.ts';
import { toldOfDeactivation } from '../../engine/accounts/told-of-deactivation.ts';
import type { UnbindResult } from '../../engine/identity/identity-servers.ts';
import { tryToUnbind, unbindingOfAll, unboundOf, type Unbinding } from '../../engine/identity/unbinding.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import type { User } from '../../store/users.ts';
import { defineOperation } from '../define.ts';

interface Deactivation {
  readonly userId: UserId;
  readonly erase: boolean;
}

interface Draft {
  /** As they were. */
  readonly user: User;
  readonly erase: boolean;
  readonly unbinding: Unbinding;
}

interface Deactivated extends ClosedAccount {
  readonly unbound: UnbindResult;
}

/**
 * Ends an account by an administrator, or erases one that has ended.
 * @throws M_INVALID_PARAM for a user of another server; M_NOT_FOUND; what a module refuses with
 */
export const deactivateUser = defineOperation({
  name: 'deactivate-user',
  prepare: (context, _who: Requester, { userId, erase }: Deactivation): Promise<Draft> =>
    context.read(function* (): Work<Draft> {
      return { user: yield* administeredUser(userId, context.serverName), erase, unbinding: yield* unbindingOfAll(userId, undefined) };
    }),
  gates: ({ user }) => ({ check_can_deactivate_user: user.isDeactivated ? [] : [[user.userId, true]] }),
  arrange: async (context, draft) => ({ ...draft, unbinding: await tryToUnbind(context.identityServers, context.log, draft.unbinding) }),
  *commit({ user, erase, unbinding }): Work<Deactivated> {
    return { ...(yield* closeAccount(user.userId, { erase })), unbound: unboundOf(unbinding) };
  },
  listeners: ({ user }, closed) => toldOfDeactivation(user.userId, closed, true),
});
