import { LRUCache } from 'lru-cache';
import { afterSrv, afterWellKnown, firstStep, srvNames, type Destination } from '../../core/federation/destinations.ts';
import type { SrvRecord } from '../../core/federation/srv-order.ts';
import { delegatedName, delegationLifetime, failureLifetime } from '../../core/federation/well-known.ts';
import type { ServerName } from '../../core/identifiers.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Outgoing } from '../outgoing.ts';
import { readJson } from '../read-json.ts';

/** How long a server may take to say to whom it delegates (ms), and how long what it says may be (bytes). */
const TIMEOUT = 10_000;
const MAX_REPLY = 51_200;
/** Servers of which it is remembered where they are. */
const MAX_SERVERS = 1_000;
/** How long SRV records are kept, as the DNS does not tell us how long they may be (ms). */
const SRV_LIFETIME = 300_000;

/** What `/.well-known/matrix/server` of a host said. */
interface Delegation {
  /** Undefined when it said nothing valid. */
  readonly name: ServerName | undefined;
  /** How often it was so in a row. */
  readonly failures: number;
}

export interface ResolverServices {
  readonly outgoing: Pick<Outgoing, 'fetch' | 'resolveSrv'>;
  readonly clock: Clock;
  /** From 0 to 1: chooses among equals. Math.random unless a test wants to know. */
  readonly random?: () => number;
}

/** Finds out where servers are: https://spec.matrix.org/v1.19/server-server-api/#resolving-server-names */
export class ServerResolver {
  readonly #services: ResolverServices;
  readonly #delegations: LRUCache<string, Delegation>;
  readonly #records: LRUCache<string, readonly SrvRecord[]>;

  constructor(services: ResolverServices) {
    this.#services = services;
    const { clock } = services;
    // Whoever asks for what is being looked up waits for the same answer.
    const remembered = { max: MAX_SERVERS, ttlResolution: 0, perf: { now: () => clock.now() }, ignoreFetchAbort: true } as const;
    this.#delegations = new LRUCache<string, Delegation>({
      ...remembered,
      fetchMethod: async (hostname, last, { options }) => {
        const { delegation, lifetime } = await this.#askWellKnown(hostname, last);
        options.ttl = lifetime;
        return delegation;
      },
    });
    this.#records = new LRUCache<string, readonly SrvRecord[]>({
      ...remembered,
      ttl: SRV_LIFETIME,
      fetchMethod: (hostname) => this.#lookUp(hostname),
    });
  }

  /**
   * Where a server is.
   * @returns what to try, in order; empty when the DNS says that there is no such server
   * @throws Error when the DNS cannot be asked
   */
  async resolve(name: ServerName): Promise<readonly Destination[]> {
    let step = firstStep(name);
    if ('lookUp' in step && step.lookUp === 'well-known') {
      const { hostname } = step;
      step = afterWellKnown(hostname, (await this.#delegations.fetch(hostname))?.name);
    }
    if ('found' in step) return [step.found];
    const records = (await this.#records.fetch(step.hostname)) ?? [];
    return afterSrv(step.hostname, records, this.#services.random ?? (() => Math.random()));
  }

  async #askWellKnown(hostname: string, last: Delegation | undefined): Promise<{ readonly delegation: Delegation; readonly lifetime: number }> {
    try {
      const url = `https://${hostname}/.well-known/matrix/server`;
      const response = await this.#services.outgoing.fetch(url, { signal: AbortSignal.timeout(TIMEOUT) });
      const name = delegatedName(await readJson(response, MAX_REPLY));
      if (response.status === 200 && name !== undefined) {
        const { headers } = response;
        const lifetime = delegationLifetime(headers.get('cache-control'), headers.get('expires'), this.#services.clock.now());
        return { delegation: { name, failures: 0 }, lifetime };
      }
    } catch {
      // The same as an answer that makes no sense: then the DNS decides.
    }
    const failures = (last?.failures ?? 0) + 1;
    return { delegation: { name: undefined, failures }, lifetime: failureLifetime(failures) };
  }

  async #lookUp(hostname: string): Promise<readonly SrvRecord[]> {
    for (const name of srvNames(hostname)) {
      const records = await this.#services.outgoing.resolveSrv(name);
      if (records.length > 0) return records;
    }
    return [];
  }
}
