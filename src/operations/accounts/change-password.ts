import type { JsonObject } from '../../core/json.ts';
import { closeSessions } from '../../engine/accounts/close-sessions.ts';
import { redeem } from '../../engine/uia/proof.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as users from '../../store/users.ts';
import { defineOperation } from '../define.ts';

interface PasswordChange {
  readonly newPassword: string;
  /** Whether the user is logged out on all other devices. */
  readonly logoutDevices: boolean;
  readonly auth: JsonObject | undefined;
  readonly request: JsonObject;
}

/**
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpassword
 * @throws M_WEAK_PASSWORD, M_INVALID_PARAM
 */
export const changePassword = defineOperation({
  name: 'change-password',
  async prepare(context, who: Requester, { newPassword, logoutDevices, auth, request }: PasswordChange) {
    const proof = await context.uia.authorise({ operation: 'change-password', userId: who.userId, auth, request });
    return { proof, who, logoutDevices, passwordHash: await context.passwords.hash(newPassword) };
  },
  *commit({ proof, who, logoutDevices, passwordHash }): Work<void> {
    yield* redeem(proof);
    yield* users.setPassword(who.userId, passwordHash);
    if (logoutDevices) yield* closeSessions(who.userId, who);
  },
});
