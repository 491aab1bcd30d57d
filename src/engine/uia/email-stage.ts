import { isObject, objectAt, stringAt, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { OperationName } from '../../kernel/contract.ts';
import type { Reader } from '../../kernel/database.ts';
import { missingParam } from '../../kernel/errors.ts';
import { findValidated, type ValidatedAddress } from '../accounts/validated-address.ts';
import type { Proof } from './proof.ts';
import type { Stage } from './stage.ts';

const TYPE = 'm.login.email.identity';

/**
 * Its result is the address, which `emailOf` finds in the proof; the operation uses it up in its commit:
 * https://spec.matrix.org/v1.19/client-server-api/#email-based-identity--homeserver
 */
export const emailStage = (reader: Reader, clock: Clock): Stage => ({
  type: TYPE,
  async check(auth: JsonObject, _userId, operation: OperationName): Promise<JsonValue> {
    const credentials = objectAt(auth, 'threepid_creds') ?? objectAt(auth, 'threepidCreds') ?? {};
    const sid = stringAt(credentials, 'sid');
    const clientSecret = stringAt(credentials, 'client_secret');
    if (sid === undefined || clientSecret === undefined) throw missingParam('threepid_creds with sid and client_secret are needed');
    const purpose = operation === 'change-password' ? 'password' : 'register';
    return { ...(await reader.read(() => findValidated({ sid, clientSecret }, purpose, clock.now()))) };
  },
});

/** The address that was confirmed on the way to a proof, if there was one. */
export function emailOf({ results }: Proof): ValidatedAddress | undefined {
  const result = results.get(TYPE);
  return isObject(result) ? (result as JsonObject & ValidatedAddress) : undefined;
}
