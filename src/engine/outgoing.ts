import { lookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import type * as Undici from 'undici';
import type { Agent, Dispatcher, Headers, RequestInit, Response } from 'undici';
import type { SrvRecord } from '../core/federation/srv-order.ts';
import { trustedCertificates } from './certificates.ts';
import { surviving } from './paused-replies.ts';

export interface OutgoingSettings {
  /** Files of certificate authorities (PEM) to trust besides the well-known ones. */
  readonly extra_ca: readonly string[];
  /** Networks (CIDR) that may be reached although they are private. */
  readonly allow_addresses: readonly string[];
}

/** What connects the server with others. */
export interface Network {
  /** Sends one request, without following where the reply leads. */
  fetch(url: URL, init: RequestInit): Promise<Response>;
  /** Asks the DNS. @throws an error whose `code` is ENOTFOUND or ENODATA when there are no such records */
  resolveSrv(name: string): Promise<readonly SrvRecord[]>;
}

/** An address that nothing may be sent to was asked for. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

const CONNECT_TIMEOUT = 10_000;
const REPLY_TIMEOUT = 60_000;
const MAX_REDIRECTS = 5;
/** How long the DNS may take to answer, and how often it is asked. */
const DNS = { timeout: 3_000, tries: 2 };
/** Headers that are meant for one origin alone. */
const CREDENTIALS = ['authorization', 'proxy-authorization', 'cookie', 'host'];

/**
 * The one client by which anything leaves the server. It connects to public addresses only, judged after the name was looked up
 * and by the address that is connected to, so that neither a name nor a redirect leads into the private network.
 */
export class Outgoing {
  readonly #certificates: string[] | undefined;
  #agent: Agent | undefined;
  readonly #allowed: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];

  readonly #network: Partial<Network>;
  #resolver: Resolver | undefined;

  /** @param network in tests what stands in the place of the real one, or of a part of it */
  constructor(settings: OutgoingSettings, network: Partial<Network> = {}) {
    this.#network = network;
    this.#allowed = settings.allow_addresses.map((range) =>
      ipaddr.parseCIDR(range.includes('/') ? range : `${range}/${isIP(range) === 6 ? 128 : 32}`),
    );
    this.#certificates = trustedCertificates(settings.extra_ca);
  }

  /**
   * Like `fetch`, over http and https only. What proves to one origin who asks (`Authorization`, cookies) is not shown to another that it leads to.
   * A `Host` header is sent, and the server's certificate has to be for the host that it names.
   * @throws AddressRefused when the address, or one that a redirect leads to, is private and not allowed
   */
  async fetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
    // Loaded with the first request: a server that sends none starts a tenth of a second sooner.
    // By its default export: a bundle has no other of a CommonJS package.
    const { default: undici } = await import('undici');
    const agent = (this.#agent ??= this.#connect(undici));
    let target = new URL(url);
    let headers = new undici.Headers(init.headers);
    const ask =
      this.#network.fetch ??
      ((to: URL, request: RequestInit): Promise<Response> => undici.fetch(to, { ...request, dispatcher: addressing(agent, headers.get('host')) }));
    for (let hop = 0; ; hop++) {
      this.#refuseLiteral(target);
      const response = await ask(target, { ...init, headers, redirect: 'manual' });
      const location = response.headers.get('location');
      if (init.redirect === 'manual' || location === null || response.status < 301 || response.status > 308) return response;
      if (hop >= MAX_REDIRECTS || init.body !== undefined) return response;
      await response.body?.cancel();
      const next = new URL(location, target);
      if (next.origin !== target.origin) headers = withoutCredentials(headers);
      target = next;
    }
  }

  /** The SRV records of a name; none when the DNS has none. @throws Error when it cannot be asked */
  async resolveSrv(name: string): Promise<readonly SrvRecord[]> {
    try {
      if (this.#network.resolveSrv !== undefined) return await this.#network.resolveSrv(name);
      return await (this.#resolver ??= new Resolver(DNS)).resolveSrv(name);
    } catch (error) {
      if (['ENOTFOUND', 'ENODATA'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#resolver?.cancel();
    await this.#agent?.destroy();
  }

  #connect({ Agent, buildConnector }: typeof Undici.default): Agent {
    const ca = this.#certificates;
    return new Agent({
      connect: surviving(buildConnector({ timeout: CONNECT_TIMEOUT, lookup: this.#lookup, ...(ca !== undefined && { ca }) })),
      headersTimeout: REPLY_TIMEOUT,
      bodyTimeout: REPLY_TIMEOUT,
    });
  }

  /** Names are judged in `#lookup`; a literal address never gets there. */
  #refuseLiteral(url: URL): void {
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw new AddressRefused(`Only http and https addresses can be asked, not ${url.protocol}`);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !this.#permits(host)) throw new AddressRefused(`${host} is a private address (see outgoing.allow_addresses)`);
  }

  readonly #lookup: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const permitted = addresses.filter(({ address }) => this.#permits(address));
      const first = permitted[0];
      if (first === undefined) return callback(new AddressRefused(`${hostname} has only private addresses (see outgoing.allow_addresses)`), []);
      if (options.all === true) callback(null, permitted);
      else callback(null, first.address, first.family);
    });
  };

  /** Whether the configuration names an address, or a network that it is in. @param host names of hosts are never allowed */
  isAllowed(host: string): boolean {
    if (isIP(host) === 0) return false;
    const parsed = ipaddr.process(host);
    return this.#allowed.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
  }

  #permits(address: string): boolean {
    return this.isAllowed(address) || ipaddr.process(address).range() === 'unicast';
  }
}

/** `fetch` takes the Host header away, as browsers have to: it is put back behind its back. */
function addressing(agent: Agent, host: string | null): Dispatcher {
  if (host === null) return agent;
  return agent.compose((dispatch) => (options, handler) => dispatch({ ...options, headers: Object.assign({}, options.headers, { host }) }, handler));
}

function withoutCredentials(headers: Headers): Headers {
  for (const name of CREDENTIALS) headers.delete(name);
  return headers;
}
