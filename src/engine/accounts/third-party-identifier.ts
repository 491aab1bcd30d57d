import { canonicalEmail } from '../../core/email-address.ts';
import type { ServerName, UserId } from '../../core/identifiers.ts';
import { objectAt, stringAt, type JsonObject } from '../../core/json.ts';
import type { Work } from '../../kernel/work.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import { identifiedUser } from './identified-user.ts';

/** As it is stored. What is no address stays as it is, and is found nowhere. */
export const canonicalAddress = (medium: string, address: string): string => (medium === 'email' ? (canonicalEmail(address) ?? address) : address);

/** The mail address or phone number that an `identifier`, or the form from before there were identifiers, speaks of. */
export function thirdPartyIdentifier(body: JsonObject): (Pick<thirdPartyIds.ThirdPartyId, 'address'> & { readonly medium: string }) | undefined {
  const identifier = objectAt(body, 'identifier') ?? body;
  const medium = stringAt(identifier, 'medium');
  const address = stringAt(identifier, 'address');
  return medium === undefined || address === undefined ? undefined : { medium, address: canonicalAddress(medium, address) };
}

/**
 * The local user that somebody says they are, by name or by a third-party identifier of the account:
 * https://spec.matrix.org/v1.19/client-server-api/#identifier-types
 * @throws M_MISSING_PARAM, M_INVALID_PARAM
 */
export function* findIdentified(body: JsonObject, server: ServerName): Work<UserId | undefined> {
  const named = identifiedUser(body, server);
  const thirdParty = named === undefined ? thirdPartyIdentifier(body) : undefined;
  return thirdParty === undefined ? named : yield* thirdPartyIds.ownerOf(thirdParty.medium, thirdParty.address);
}
