import { xMatrix } from '../../core/federation/request-authorization.ts';
import { isUserId, type ServerName, type UserId } from '../../core/identifiers.ts';
import { objectAt, stringAt, type JsonObject, type JsonValue } from '../../core/json.ts';
import { signedBytes, type SigningKey } from '../../core/signatures.ts';
import { forbidden, MatrixError } from '../../kernel/errors.ts';
import type { Outgoing } from '../outgoing.ts';
import type { ValidationCredentials } from '../accounts/validated-address.ts';
import { answerOf, askIdentityServer, fetchJson, passedOn, unusable, type IdentityReply } from './identity-request.ts';
import { lookupQuery, type HashDetails, type ThirdPartyAddress } from './lookup-hash.ts';
import { readStoredInvite, type StoredInvite } from './stored-invite.ts';

const V2 = '/_matrix/identity/v2';
/** With these an identity server that sends no error of Matrix says that it knows no unbinding. */
const NO_UNBINDING: readonly number[] = [400, 404, 501];

/** An identity server that a user has chosen, and by which token it knows them. */
export interface IdentityAccess {
  readonly idServer: ServerName;
  readonly idAccessToken: string;
}

export type UnbindResult = 'success' | 'no-support';

interface IdentityServices {
  readonly outgoing: Outgoing;
  readonly serverName: ServerName;
  readonly signingKey: SigningKey;
}

/**
 * Asks identity servers on behalf of users: https://spec.matrix.org/v1.19/identity-service-api/
 * Which one they trust is theirs to say, so none is trusted here: what they answer is checked, and their errors go to the user.
 */
export class IdentityServers {
  readonly #services: IdentityServices;

  constructor(services: IdentityServices) {
    this.#services = services;
  }

  /** The user to whom an address belongs; undefined when the identity server knows none. */
  async lookUp(access: IdentityAccess, address: ThirdPartyAddress): Promise<UserId | undefined> {
    try {
      return await this.#lookUpOnce(access, address);
    } catch (error) {
      // The pepper was changed in between: once more with the new one, and no oftener.
      if (error instanceof MatrixError && error.errcode === 'M_INVALID_PEPPER') return await this.#lookUpOnce(access, address);
      throw error;
    }
  }

  /** Lets the identity server invite the owner of an address by mail, and keep the invitation until they have an account. */
  async storeInvite(access: IdentityAccess, invite: JsonObject): Promise<StoredInvite> {
    const stored = readStoredInvite(await this.#ask(access, 'POST', '/store-invite', invite));
    if (stored === undefined) throw unusable(access.idServer, 'did not answer as it should when it was asked to invite somebody');
    return stored;
  }

  /** Publishes that an address that was confirmed at the identity server belongs to a user. @returns the address */
  async bind(access: IdentityAccess, { sid, clientSecret }: ValidationCredentials, userId: UserId): Promise<ThirdPartyAddress> {
    const reply = await this.#ask(access, 'POST', '/3pid/bind', { sid, client_secret: clientSecret, mxid: userId });
    const medium = stringAt(reply, 'medium');
    const address = stringAt(reply, 'address');
    if (medium === undefined || address === undefined || reply['mxid'] !== userId) {
      throw unusable(access.idServer, 'did not answer as it should when it was asked to bind an address');
    }
    return { medium, address };
  }

  /**
   * Takes a published address back. The request is signed by this server, so that nobody's token is needed.
   * @throws the identity server's error; M_UNKNOWN (502) when it cannot be reached
   */
  async unbind(idServer: ServerName, { medium, address }: ThirdPartyAddress, userId: UserId): Promise<UnbindResult> {
    const path = `${V2}/3pid/unbind`;
    const body = { mxid: userId, threepid: { medium, address } };
    const authorization = this.#signature(idServer, path, body);
    const reply = await askIdentityServer(this.#services.outgoing, { idServer, method: 'POST', path, authorization, body });
    if (reply.status === 200) return 'success';
    const refusal = passedOn(idServer, reply);
    if (refusal !== undefined) throw refusal;
    if (NO_UNBINDING.includes(reply.status)) return 'no-support';
    throw unusable(idServer, `failed with status ${reply.status}`);
  }

  /**
   * Whether whoever gave out a key still stands by it. @param url as the invitation names it
   * @throws M_FORBIDDEN when not, or when nobody can say
   */
  async requireValidKey(url: string, publicKey: string): Promise<void> {
    let reply: IdentityReply | undefined;
    try {
      const asked = new URL(url);
      asked.searchParams.set('public_key', publicKey);
      reply = await fetchJson(this.#services.outgoing, asked.href, {});
    } catch {
      // The same as an answer that makes no sense.
    }
    if (reply?.status === 200 && reply.body?.['valid'] === true) return;
    throw forbidden('The key of this invitation is not valid (any more), or cannot be checked now; ask for another invitation');
  }

  async #lookUpOnce(access: IdentityAccess, address: ThirdPartyAddress): Promise<UserId | undefined> {
    const { idServer } = access;
    const details = hashDetailsOf(await this.#ask(access, 'GET', '/hash_details'));
    const query = details && lookupQuery(address, details);
    if (query === undefined) throw unusable(idServer, 'offers no way to look addresses up');
    const { algorithm, pepper, key } = query;
    const mappings = objectAt(await this.#ask(access, 'POST', '/lookup', { algorithm, pepper, addresses: [key] }), 'mappings');
    if (mappings === undefined) throw unusable(idServer, 'did not answer as it should when an address was looked up');
    const userId = stringAt(mappings, key);
    if (userId !== undefined && !isUserId(userId)) throw unusable(idServer, 'says that the address belongs to what is no user id');
    return userId;
  }

  async #ask({ idServer, idAccessToken }: IdentityAccess, method: 'GET' | 'POST', path: string, body?: JsonObject): Promise<JsonObject> {
    const request = { idServer, method, path: V2 + path, authorization: `Bearer ${idAccessToken}`, ...(body !== undefined && { body }) };
    return answerOf(idServer, await askIdentityServer(this.#services.outgoing, request));
  }

  /**
   * The specification says only that the request is signed. Identity servers in use check what other homeservers have always sent: the
   * signature of a request between servers, with the key `destination_is` in the place of `destination`.
   */
  #signature(idServer: ServerName, uri: string, content: JsonObject): string {
    const { serverName, signingKey } = this.#services;
    const bytes = signedBytes({ method: 'POST', uri, origin: serverName, destination_is: idServer, content });
    return xMatrix({ origin: serverName, key: signingKey.keyId, sig: signingKey.sign(bytes) });
  }
}

function hashDetailsOf(reply: JsonObject): HashDetails | undefined {
  const pepper = stringAt(reply, 'lookup_pepper');
  const algorithms = Array.isArray(reply['algorithms'])
    ? (reply['algorithms'] as readonly JsonValue[]).filter((each) => typeof each === 'string')
    : [];
  return pepper === undefined ? undefined : { pepper, algorithms };
}
