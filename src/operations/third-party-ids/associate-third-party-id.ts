import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { addEmail } from '../../engine/accounts/add-email.ts';
import { toldOfAdded } from '../../engine/accounts/told-of-addresses.ts';
import { mayUseAddress } from '../../engine/accounts/address-allowance.ts';
import { findValidated, isSessionHere, type ValidatedAddress, type ValidationCredentials } from '../../engine/accounts/validated-address.ts';
import type { IdentityAccess } from '../../engine/identity/identity-servers.ts';
import { toIdentityAccess } from '../../engine/identity/third-party-invitee.ts';
import { notifying, tellOwner, type Notifying } from '../../engine/mail/notices.ts';
import { redeem, type Proof } from '../../engine/uia/proof.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as identityBindings from '../../store/identity-bindings.ts';
import type { IdentityBinding } from '../../store/identity-bindings.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

interface Asked extends ValidationCredentials {
  readonly idServer: string | undefined;
  readonly idAccessToken: string | undefined;
  readonly auth: JsonObject | undefined;
  readonly request: JsonObject;
}

interface Common {
  readonly userId: UserId;
  readonly now: number;
}
/** Confirmed by a mail of this server: to be added to the account. */
interface Adding extends Common {
  readonly kind: 'add';
  readonly proof: Proof;
  readonly email: ValidatedAddress;
  readonly notifying: Notifying | undefined;
}
/** Confirmed at an identity server: to be bound there. */
interface Binding extends Common {
  readonly kind: 'bind';
  readonly access: IdentityAccess;
  readonly credentials: ValidationCredentials;
  readonly binding?: IdentityBinding;
}
type Draft = Adding | Binding;

/** How identity servers say that an address is not confirmed. */
const NOT_CONFIRMED: ReadonlySet<string> = new Set(['M_NO_VALID_SESSION', 'M_SESSION_NOT_VALIDATED', 'M_SESSION_EXPIRED']);

/**
 * The older road for what /account/3pid/add and /account/3pid/bind do now; where the address was confirmed decides which of the two it is.
 * What is added opens the account, so that it needs the user's password here, too.
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pid
 * @throws M_THREEPID_AUTH_FAILED, M_THREEPID_IN_USE, M_INVALID_PARAM; the identity server's error; M_UNKNOWN (502) when it cannot be reached
 */
export const associateThirdPartyId = defineOperation({
  name: 'associate-third-party-id',
  async prepare(context, { userId }: Requester, { auth, request, idServer, idAccessToken, ...credentials }: Asked, ask): Promise<Draft> {
    const now = context.clock.now();
    if (await context.read(() => isSessionHere(credentials, now))) {
      const proof = await context.uia.authorise({ operation: 'associate-third-party-id', userId, auth, request, ask });
      return {
        kind: 'add',
        userId,
        now,
        proof,
        notifying: notifying(context),
        email: await context.read(() => findValidated(credentials, 'add', now)),
      };
    }
    if (idServer === undefined || idAccessToken === undefined) throw notConfirmed();
    return { kind: 'bind', userId, now, access: toIdentityAccess(idServer, idAccessToken), credentials };
  },
  gates: (draft) => ({ is_3pid_allowed: draft.kind === 'add' ? mayUseAddress('add', draft.email.address) : [] }),
  arrange: async (context, draft) => (draft.kind === 'add' ? draft : await bound(context, draft)),
  *commit(draft): Work<void> {
    const { userId, now } = draft;
    if (draft.kind === 'add') {
      yield* redeem(draft.proof);
      yield* tellOwner(draft.notifying, userId, { kind: 'address-added', address: draft.email.address });
      yield* addEmail(userId, draft.email, now);
    } else if (draft.binding !== undefined) yield* identityBindings.add(userId, draft.binding, now);
  },
  listeners: (draft) => toldOfAdded(draft.userId, draft.kind === 'add' ? [{ medium: 'email', address: draft.email.address }] : []),
});

async function bound({ identityServers }: Context, draft: Binding): Promise<Binding> {
  const { access, credentials, userId } = draft;
  try {
    return { ...draft, binding: { ...(await identityServers.bind(access, credentials, userId)), idServer: access.idServer } };
  } catch (error) {
    throw error instanceof MatrixError && NOT_CONFIRMED.has(error.errcode) ? notConfirmed() : error;
  }
}

const notConfirmed = (): MatrixError =>
  new MatrixError(403, 'M_THREEPID_AUTH_FAILED', 'The address is not confirmed, neither here nor at the identity server');
