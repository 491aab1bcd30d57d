import { canonicalEmail } from '../../core/email-address.ts';
import { objectAt, stringAt, type JsonObject } from '../../core/json.ts';
import { invalidParam } from '../../kernel/errors.ts';
import type * as thirdPartyIds from '../../store/third-party-ids.ts';

/** As it is stored. What is no address stays as it is, and is found nowhere. */
export const canonicalAddress = (medium: string, address: string): string => (medium === 'email' ? (canonicalEmail(address) ?? address) : address);

/** A mail address as it is stored. @throws M_INVALID_PARAM */
export function toEmailAddress(text: string): string {
  const address = canonicalEmail(text);
  if (address === undefined) throw invalidParam(`${text} is no mail address`);
  return address;
}

/** The mail address or phone number that an `identifier`, or the form from before there were identifiers, speaks of. */
export function thirdPartyIdentifier(body: JsonObject): (Pick<thirdPartyIds.ThirdPartyId, 'address'> & { readonly medium: string }) | undefined {
  const identifier = objectAt(body, 'identifier') ?? body;
  const medium = stringAt(identifier, 'medium');
  const address = stringAt(identifier, 'address');
  return medium === undefined || address === undefined ? undefined : { medium, address: canonicalAddress(medium, address) };
}
