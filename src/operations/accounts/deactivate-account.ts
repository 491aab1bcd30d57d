import type { JsonObject } from '../../core/json.ts';
import { closeAccount, type ClosedAccount } from '../../engine/accounts/close-account.ts';
import { toldOfDeactivation } from '../../engine/accounts/told-of-deactivation.ts';
import type { UnbindResult } from '../../engine/identity/identity-servers.ts';
import { toIdServer } from '../../engine/identity/third-party-invitee.ts';
import { tryToUnbind, unbindingOfAll, unboundOf, type Unbinding } from '../../engine/identity/unbinding.ts';
import { redeem, type Proof } from '../../engine/uia/proof.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';

interface Deactivation {
  readonly erase: boolean;
  /** Undefined: wherever this server has bound addresses of the user. */
  readonly idServer: string | undefined;
  readonly auth: JsonObject | undefined;
  readonly request: JsonObject;
}

interface Draft {
  readonly erase: boolean;
  readonly proof: Proof;
  readonly unbinding: Unbinding;
}

interface Deactivated extends ClosedAccount {
  /** Whether the identity servers have forgotten the user's addresses; the account ends in any case. */
  readonly unbound: UnbindResult;
}

/**
 * Ends the user's own account for good: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountdeactivate
 */
export const deactivateAccount = defineOperation({
  name: 'deactivate-account',
  async prepare(context, { userId }: Requester, { erase, idServer, auth, request }: Deactivation, ask): Promise<Draft> {
    const named = toIdServer(idServer);
    const proof = await context.uia.authorise({ operation: 'deactivate-account', userId, auth, request, ask });
    return { erase, proof, unbinding: await context.read(() => unbindingOfAll(userId, named)) };
  },
  gates: ({ unbinding: { userId } }) => ({ check_can_deactivate_user: [[userId, false]] }),
  arrange: async (context, draft) => ({ ...draft, unbinding: await tryToUnbind(context.identityServers, context.log, draft.unbinding) }),
  *commit({ erase, proof, unbinding }): Work<Deactivated> {
    yield* redeem(proof);
    return { ...(yield* closeAccount(unbinding.userId, { erase })), unbound: unboundOf(unbinding) };
  },
  listeners: ({ unbinding: { userId } }, closed) => toldOfDeactivation(userId, closed, false),
});
