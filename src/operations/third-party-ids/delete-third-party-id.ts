import { removeAddress } from '../../engine/accounts/remove-address.ts';
import { canonicalAddress } from '../../engine/accounts/third-party-identifier.ts';
import { toldOfRemoved } from '../../engine/accounts/told-of-addresses.ts';
import type { UnbindResult } from '../../engine/identity/identity-servers.ts';
import type { ThirdPartyAddress } from '../../engine/identity/lookup-hash.ts';
import { toIdServer } from '../../engine/identity/third-party-invitee.ts';
import { noteUnbound, tryToUnbind, unbindingOf, type Unbinding } from '../../engine/identity/unbinding.ts';
import { notifying, type Notifying } from '../../engine/mail/notices.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';

interface Asked extends ThirdPartyAddress {
  /** Undefined: wherever this server has bound it. */
  readonly idServer: string | undefined;
}

interface Draft extends ThirdPartyAddress {
  readonly unbinding: Unbinding;
  readonly notifying: Notifying | undefined;
}

interface Deleted {
  readonly unbound: UnbindResult;
  /** Whether the account had it. */
  readonly isOwn: boolean;
}

/**
 * Takes an identifier off the account, also when an identity server does not forget it, and sends no more notifications to it:
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3piddelete
 */
export const deleteThirdPartyId = defineOperation({
  name: 'delete-third-party-id',
  async prepare(context, { userId }: Requester, { idServer, ...named }: Asked): Promise<Draft> {
    const unbinding = await context.read(() => unbindingOf(userId, named, toIdServer(idServer)));
    return { medium: named.medium, address: canonicalAddress(named.medium, named.address), unbinding, notifying: notifying(context) };
  },
  arrange: async (context, draft) => ({ ...draft, unbinding: await tryToUnbind(context.identityServers, context.log, draft.unbinding) }),
  *commit({ medium, address, unbinding, notifying: by }): Work<Deleted> {
    const { userId } = unbinding;
    yield* noteUnbound(unbinding);
    return { unbound: unbinding.result, isOwn: yield* removeAddress(userId, { medium, address }, by) };
  },
  listeners: ({ medium, address, unbinding: { userId } }, { isOwn }) => toldOfRemoved(userId, isOwn ? [{ medium, address }] : []),
});
