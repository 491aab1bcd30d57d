import { isUserId, serverOf, type ServerName, type UserId } from '../../core/identifiers.ts';
import { objectAt, stringAt, type JsonObject } from '../../core/json.ts';
import type { Work } from '../../kernel/work.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import { identifiedUser } from './identified-user.ts';
import { thirdPartyIdentifier } from './third-party-identifier.ts';

/** Who somebody says they are. */
export interface Claim {
  /** The local user; undefined for somebody whom this server does not know. */
  readonly userId: UserId | undefined;
  /** As modules are asked about them: what was written, or the user whose address it is. */
  readonly named: string | undefined;
  readonly thirdParty: { readonly medium: string; readonly address: string } | undefined;
  /** Under which attempts are counted. It must not show whether an address belongs to an account. */
  readonly key: string;
}

/**
 * Reads an `identifier`, or one of the forms from before there were identifiers:
 * https://spec.matrix.org/v1.19/client-server-api/#identifier-types
 * @param self who it is when nothing is said
 * @throws M_MISSING_PARAM, M_INVALID_PARAM
 */
export function* claimOf(body: JsonObject, server: ServerName, self: UserId | undefined): Work<Claim> {
  const isSaid = 'identifier' in body || 'user' in body || 'medium' in body;
  if (!isSaid && self !== undefined) return { userId: self, named: self, thirdParty: undefined, key: self };
  const userId = identifiedUser(body, server);
  const thirdParty = userId === undefined ? thirdPartyIdentifier(body) : undefined;
  if (thirdParty !== undefined) {
    const owner = yield* thirdPartyIds.ownerOf(thirdParty.medium, thirdParty.address);
    // Many addresses can be used to guess the password of one account.
    return { userId: owner, named: owner, thirdParty, key: `${thirdParty.medium} ${thirdParty.address}` };
  }
  const written = stringAt(objectAt(body, 'identifier') ?? body, 'user');
  const named = written !== undefined && isOfAnotherServer(written, server) ? undefined : written;
  return { userId, named, thirdParty, key: userId ?? written ?? '' };
}

const isOfAnotherServer = (name: string, server: ServerName): boolean => isUserId(name) && serverOf(name) !== server;
