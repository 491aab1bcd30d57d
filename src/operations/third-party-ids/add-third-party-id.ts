import type { JsonObject } from '../../core/json.ts';
import { addEmail } from '../../engine/accounts/add-email.ts';
import { mayUseAddress } from '../../engine/accounts/address-allowance.ts';
import { toldOfAdded } from '../../engine/accounts/told-of-addresses.ts';
import { findValidated, type ValidationCredentials } from '../../engine/accounts/validated-address.ts';
import { notifying, tellOwner } from '../../engine/mail/notices.ts';
import { redeem } from '../../engine/uia/proof.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';

interface Asked extends ValidationCredentials {
  readonly auth: JsonObject | undefined;
  readonly request: JsonObject;
}

/**
 * Adds a confirmed mail address to the account, with which its owner can then log in and get a new password:
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidadd
 * @throws M_THREEPID_AUTH_FAILED, M_THREEPID_IN_USE
 */
export const addThirdPartyId = defineOperation({
  name: 'add-third-party-id',
  async prepare(context, { userId }: Requester, { auth, request, ...credentials }: Asked, ask) {
    const proof = await context.uia.authorise({ operation: 'add-third-party-id', userId, auth, request, ask });
    const now = context.clock.now();
    return { proof, userId, now, notifying: notifying(context), email: await context.read(() => findValidated(credentials, 'add', now)) };
  },
  gates: ({ email }) => ({ is_3pid_allowed: mayUseAddress('add', email.address) }),
  *commit({ proof, userId, now, email, notifying: by }): Work<void> {
    yield* redeem(proof);
    yield* tellOwner(by, userId, { kind: 'address-added', address: email.address });
    yield* addEmail(userId, email, now);
  },
  listeners: ({ userId, email: { address } }) => toldOfAdded(userId, [{ medium: 'email', address }]),
});
