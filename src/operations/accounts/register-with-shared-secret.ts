import { timingSafeEqual } from 'node:crypto';
import { registrationMac, type AdminRegistration } from '../../core/registration-mac.ts';
import { createAccount, newUserId, prepareAccount, type Registered } from '../../engine/accounts/new-account.ts';
import { requireSharedSecret } from '../../engine/accounts/shared-secret.ts';
import { forbidden, MatrixError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';

interface SecretRegistration extends AdminRegistration {
  readonly displayName: string | undefined;
  /** Proves that whoever asks knows the secret. */
  readonly mac: string;
}

/**
 * Makes an account for whoever knows `registration.shared_secret`, also where registration is closed: existing tools use it.
 * @throws M_FORBIDDEN for a wrong proof, M_UNKNOWN for a nonce that is not known (any more), and what `register-user` throws
 */
export const registerWithSharedSecret = defineOperation({
  name: 'register-with-shared-secret',
  prepare(context, who: Caller, input: SecretRegistration, ask) {
    const secret = requireSharedSecret(context.config.registration);
    if (!context.registrationNonces.redeem(input.nonce)) {
      throw new MatrixError(400, 'M_UNKNOWN', 'The nonce is not known, was used already or has expired: get a new one');
    }
    if (!isSame(input.mac, registrationMac(secret, input))) throw forbidden('The proof (mac) is wrong: it is made with another secret');
    const { username, password, displayName, userType } = input;
    const userId = newUserId(username, context.serverName);
    const wish = { userId, username, password, displayName, userType, isAdmin: input.admin, device: {} };
    return prepareAccount(context, who, wish, (attempt) => ask('check_registration_for_spam', attempt));
  },
  *commit(account): Work<Registered> {
    return yield* createAccount(account);
  },
  listeners: (account) => ({ on_user_registration: [[account.user.userId]] }),
});

const isSame = (given: string, right: string): boolean => given.length === right.length && timingSafeEqual(Buffer.from(given), Buffer.from(right));
