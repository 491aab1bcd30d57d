import { isServerName, type ServerName, type UserId } from '../../core/identifiers.ts';
import { invalidParam } from '../../kernel/errors.ts';
import { canonicalAddress } from '../accounts/third-party-identifier.ts';
import type { IdentityAccess, IdentityServers } from './identity-servers.ts';
import type { ThirdPartyAddress } from './lookup-hash.ts';

/** Somebody who is invited by an address: https://spec.matrix.org/v1.19/client-server-api/#thirdparty_post_matrixclientv3roomsroomidinvite */
export interface ThirdPartyInvitee extends IdentityAccess, ThirdPartyAddress {}

/** The keys of a request that name an invitee. */
export interface InviteeKeys {
  readonly medium: string;
  readonly address: string;
  readonly id_server: string;
  readonly id_access_token: string;
}

/** @throws M_INVALID_PARAM */
export function toThirdPartyInvitee({ medium, address, id_server: idServer, id_access_token: idAccessToken }: InviteeKeys): ThirdPartyInvitee {
  return { medium, address: canonicalAddress(medium, address), ...toIdentityAccess(idServer, idAccessToken) };
}

/** @throws M_INVALID_PARAM */
export function toIdentityAccess(idServer: string, idAccessToken: string): IdentityAccess {
  return { idServer: requireIdServer(idServer), idAccessToken };
}

/** @throws M_INVALID_PARAM */
export const toIdServer = (name: string | undefined): ServerName | undefined => (name === undefined ? undefined : requireIdServer(name));

/** @throws M_INVALID_PARAM */
export function requireIdServer(name: string): ServerName {
  if (isServerName(name)) return name;
  throw invalidParam('id_server must be the host, and the port if there is one, of an identity server: vector.im, for example');
}

/** Those of the invitees whom their identity servers know as users, and those who can be invited by mail only. */
export interface FoundInvitees {
  readonly users: readonly UserId[];
  readonly strangers: readonly ThirdPartyInvitee[];
}

/** @throws the error of an identity server; M_UNKNOWN (502) when one cannot be reached */
export async function findInvitees(identityServers: IdentityServers, invitees: readonly ThirdPartyInvitee[]): Promise<FoundInvitees> {
  const users: UserId[] = [];
  const strangers: ThirdPartyInvitee[] = [];
  for (const invitee of invitees) {
    const userId = await identityServers.lookUp(invitee, invitee);
    if (userId === undefined) strangers.push(invitee);
    else users.push(userId);
  }
  return { users, strangers };
}
