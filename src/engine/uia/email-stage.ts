import { isObject, objectAt, stringAt, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { OperationName } from '../../kernel/contract.ts';
import type { Reader } from '../../kernel/database.ts';
import { missingParam } from '../../kernel/errors.ts';
import type { Purpose } from '../../store/validation-sessions.ts';
import { findValidated, type ValidatedAddress } from '../accounts/validated-address.ts';
import type { Proof } from './proof.ts';
import type { Stage } from './stage.ts';

export const EMAIL_STAGE = 'm.login.email.identity';

/** What an address is confirmed for by this stage, on the way to an operation. */
export const purposeOf = (operation: OperationName): Purpose => (operation === 'change-password' ? 'password' : 'register');

/**
 * Its result is the address, which `emailOf` finds in the proof; the operation uses it up in its commit:
 * https://spec.matrix.org/v1.19/client-server-api/#email-based-identity--homeserver
 */
export const emailStage = (reader: Reader, clock: Clock): Stage => ({
  type: EMAIL_STAGE,
  async check(auth: JsonObject, { operation }): Promise<JsonValue> {
    const credentials = objectAt(auth, 'threepid_creds') ?? objectAt(auth, 'threepidCreds') ?? {};
    const sid = stringAt(credentials, 'sid');
    const clientSecret = stringAt(credentials, 'client_secret');
    if (sid === undefined || clientSecret === undefined) throw missingParam('threepid_creds with sid and client_secret are needed');
    return { ...(await reader.read(() => findValidated({ sid, clientSecret }, purposeOf(operation), clock.now()))) };
  },
});

/** The address that was confirmed on the way to a proof, if there was one. */
export function emailOf({ results }: Proof): ValidatedAddress | undefined {
  const result = results.get(EMAIL_STAGE);
  return isObject(result) ? (result as JsonObject & ValidatedAddress) : undefined;
}
