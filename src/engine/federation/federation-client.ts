import type { Response } from 'undici';
import type { Destination } from '../../core/federation/destinations.ts';
import { requestAuthorization } from '../../core/federation/request-authorization.ts';
import type { ServerName } from '../../core/identifiers.ts';
import type { SigningKey } from '../../core/signatures.ts';
import type { FederationReply, FederationRequest } from '../../kernel/federation-request.ts';
import type { Outgoing } from '../outgoing.ts';
import { readJson } from '../read-json.ts';
import type { ServerResolver } from './server-resolver.ts';

/** How long a server may take to answer where nobody says otherwise (ms), and how much it may say (bytes). */
const TIMEOUT = 30_000;
const MAX_REPLY = 10 * 1_048_576;
/** By these a connection fails that never was: the next place may be tried, as nothing was sent. */
const NOT_CONNECTED: readonly unknown[] = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];

/** Sends the request to an address. @param more headers */
type Send = (url: string, more?: Readonly<Record<string, string>>) => Promise<Response>;

export interface FederationServices {
  readonly outgoing: Pick<Outgoing, 'fetch'>;
  readonly resolver: Pick<ServerResolver, 'resolve'>;
  readonly serverName: ServerName;
  readonly signingKey: SigningKey;
}

/** Sends requests to other servers, signed so that they know who asks: https://spec.matrix.org/v1.19/server-server-api/#authentication */
export class FederationClient {
  readonly #services: FederationServices;

  constructor(services: FederationServices) {
    this.#services = services;
  }

  /** @throws Error when there is no answer in time; NotCanonical when the content cannot be signed */
  async request({ destination, method, path, content, timeout = TIMEOUT, baseUrl }: FederationRequest): Promise<FederationReply> {
    const { serverName: origin, signingKey } = this.#services;
    // What is signed is what is sent: with everything escaped as in a URL.
    const { pathname, search } = new URL(path, 'https://any');
    const uri = pathname + search;
    const authorization = requestAuthorization({ method, uri, origin, destination, content }, signingKey);
    const signal = AbortSignal.timeout(timeout);
    const send: Send = (url, more) =>
      this.#services.outgoing.fetch(url, {
        method,
        headers: { authorization, ...(content !== undefined && { 'content-type': 'application/json' }), ...more },
        ...(content !== undefined && { body: JSON.stringify(content) }),
        // It would show the signature to somebody else, to whom it says nothing.
        redirect: 'manual',
        signal,
      });
    const response = await (baseUrl === undefined ? this.#sendTo(destination, uri, send, signal) : send(baseUrl + uri));
    return { status: response.status, body: await readJson(response, MAX_REPLY) };
  }

  async #sendTo(destination: ServerName, uri: string, send: Send, signal: AbortSignal): Promise<Response> {
    const places = await inTime(this.#services.resolver.resolve(destination), signal);
    for (const [index, place] of places.entries()) {
      try {
        return await send(urlOf(place, uri), { host: place.hostHeader });
      } catch (error) {
        if (index === places.length - 1 || !wasNeverConnected(error)) throw error;
      }
    }
    throw new Error(`The DNS says that there is no server ${destination}`);
  }
}

const urlOf = ({ host, port }: Destination, uri: string): string => `https://${host}:${port}${uri}`;

/** `fetch` says why it failed in the error's cause. */
const wasNeverConnected = (error: unknown): boolean => NOT_CONNECTED.includes(((error as Error).cause as NodeJS.ErrnoException | undefined)?.code);

/** @throws the signal's reason when it fires before the work is done */
function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}
