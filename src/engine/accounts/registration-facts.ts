import type { JsonObject } from '../../core/json.ts';
import { emailOf, EMAIL_STAGE } from '../uia/email-stage.ts';
import type { Proof } from '../uia/proof.ts';

/**
 * What modules are told of a registration before they choose its name.
 * @param request the body, without `auth`
 */
export function registrationFacts(proof: Proof, request: JsonObject): [results: JsonObject, params: JsonObject] {
  const { password: _password, guest_access_token: _token, ...params } = request;
  const email = emailOf(proof);
  const confirmed = email && { medium: 'email', address: email.address, validated_at: email.validatedTs };
  return [{ ...Object.fromEntries(proof.results), ...(confirmed !== undefined && { [EMAIL_STAGE]: confirmed }) }, params];
}
