import type { JsonValue } from '../../core/json.ts';
import { invalidParam } from '../../kernel/errors.ts';
import type { AskServer, FederationReply } from '../../kernel/federation-request.ts';
import { toServerName } from '../../kernel/parse.ts';
import { parametersOf, type Query } from './http-client.ts';

/** A request to another server, which is signed so that it knows that this one asks. */
export interface SignedRequest {
  /** The name of the server. Where it is is found out as the specification says (delegation, SRV records); certificates are checked. */
  readonly destination: string;
  readonly method: string;
  /** E.g. `/_matrix/policy/v1/sign`. */
  readonly path: string;
  readonly query?: Query;
  /** The body; none when it is left out. */
  readonly content?: JsonValue;
  /** How long it may take, in ms; 30 s by default. */
  readonly timeout?: number;
  /** Where to send it instead, e.g. `http://127.0.0.1:9000`. The destination stays whom it is meant for. */
  readonly baseUrl?: string;
}

/** Asks other servers in the name of this one. */
export interface FederationApi {
  /**
   * Sends a signed request to another server. Private addresses are refused unless the configuration allows them (`outgoing.allow_addresses`).
   * @returns the answer with any status; its body is undefined where it is no JSON, or has more than 10 MiB
   * @throws MatrixError M_INVALID_PARAM for a request that cannot be made; Error when there is no answer
   */
  federationRequest(request: SignedRequest): Promise<FederationReply>;
}

const PATH = /^\/_[^?#]*$/;

export const federationApi = (ask: AskServer): FederationApi => ({
  async federationRequest({ destination, path, query = {}, baseUrl, ...request }) {
    if (!PATH.test(path)) throw invalidParam(`${path} is no path between servers: it should look like /_matrix/…, with what follows ? in query`);
    if (baseUrl !== undefined && !URL.canParse(baseUrl)) throw invalidParam(`${baseUrl} is no address to send a request to`);
    const parameters = parametersOf(query).toString();
    return ask({
      ...request,
      destination: toServerName(destination),
      path: parameters === '' ? path : `${path}?${parameters}`,
      baseUrl: baseUrl?.replace(/\/+$/, ''),
    });
  },
});
