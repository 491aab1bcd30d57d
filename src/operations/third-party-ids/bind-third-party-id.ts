import type { UserId } from '../../core/identifiers.ts';
import type { IdentityAccess } from '../../engine/identity/identity-servers.ts';
import { toIdentityAccess } from '../../engine/identity/third-party-invitee.ts';
import type { ValidationCredentials } from '../../engine/accounts/validated-address.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as identityBindings from '../../store/identity-bindings.ts';
import type { IdentityBinding } from '../../store/identity-bindings.ts';
import { defineOperation } from '../define.ts';

interface Asked extends ValidationCredentials {
  readonly idServer: string;
  readonly idAccessToken: string;
}

interface Draft {
  readonly userId: UserId;
  readonly access: IdentityAccess;
  readonly credentials: ValidationCredentials;
  readonly now: number;
  readonly binding?: IdentityBinding;
}

/**
 * Lets an identity server tell others that an address belongs to the user, and remembers which one, so that it can be undone:
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidbind
 * @throws M_INVALID_PARAM; the identity server's error; M_UNKNOWN (502) when it cannot be reached
 */
export const bindThirdPartyId = defineOperation({
  name: 'bind-third-party-id',
  prepare(context, { userId }: Requester, { idServer, idAccessToken, ...credentials }: Asked): Draft {
    return { userId, access: toIdentityAccess(idServer, idAccessToken), credentials, now: context.clock.now() };
  },
  async arrange(context, draft) {
    const { userId, access, credentials } = draft;
    return { ...draft, binding: { ...(await context.identityServers.bind(access, credentials, userId)), idServer: access.idServer } };
  },
  *commit({ userId, binding, now }): Work<void> {
    if (binding !== undefined) yield* identityBindings.add(userId, binding, now);
  },
});
