import type { JsonObject } from '../../core/json.ts';
import { closeAccount } from '../../engine/accounts/close-account.ts';
import { redeem } from '../../engine/uia/proof.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';

interface Deactivation {
  readonly erase: boolean;
  readonly auth: JsonObject | undefined;
  readonly request: JsonObject;
}

/** Ends the user's own account for good: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountdeactivate */
export const deactivateAccount = defineOperation({
  name: 'deactivate-account',
  async prepare(context, { userId }: Requester, { erase, auth, request }: Deactivation) {
    return { userId, erase, proof: await context.uia.authorise({ operation: 'deactivate-account', userId, auth, request }) };
  },
  *commit({ userId, erase, proof }): Work<void> {
    yield* redeem(proof);
    yield* closeAccount(userId, { erase });
  },
});
