import { toIdServer } from '../../engine/identity/third-party-invitee.ts';
import type { UnbindResult } from '../../engine/identity/identity-servers.ts';
import type { ThirdPartyAddress } from '../../engine/identity/lookup-hash.ts';
import { noteUnbound, unbind, unbindingOf } from '../../engine/identity/unbinding.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';

interface Asked extends ThirdPartyAddress {
  /** Undefined: wherever this server has bound it. */
  readonly idServer: string | undefined;
}

/**
 * Lets an identity server forget that an address belongs to the user; the account keeps it.
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidunbind
 * @throws M_INVALID_PARAM; the identity server's error; M_UNKNOWN (502) when it cannot be reached
 */
export const unbindThirdPartyId = defineOperation({
  name: 'unbind-third-party-id',
  prepare: (context, { userId }: Requester, { idServer, ...named }: Asked) => context.read(() => unbindingOf(userId, named, toIdServer(idServer))),
  arrange: (context, draft) => unbind(context.identityServers, draft),
  *commit(draft): Work<UnbindResult> {
    yield* noteUnbound(draft);
    return draft.result;
  },
});
