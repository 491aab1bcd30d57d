/** Where a server name leads: https://spec.matrix.org/v1.19/server-server-api/#resolving-server-names */
import type { ServerName } from '../identifiers.ts';
import { serverAddress } from '../server-address.ts';
import { inSrvOrder, type SrvRecord } from './srv-order.ts';

/** Where to connect to, and as whom to address who is there. */
export interface Destination {
  /** A host name or an address, an IPv6 one in brackets. */
  readonly host: string;
  readonly port: number;
  /** What the `Host` header says. The certificate has to be for the same name, without the port. */
  readonly hostHeader: string;
}

/** The end of the search, or what has to be looked up to go on with it. */
export type Step =
  | { readonly found: Destination }
  | { readonly lookUp: 'well-known'; readonly hostname: string }
  | { readonly lookUp: 'srv'; readonly hostname: string };

const DEFAULT_PORT = 8448;

/** Where the search begins: a name with an IP literal or a port says everything, others may be delegated. */
export function firstStep(name: ServerName): Step {
  return explicit(name) ?? { lookUp: 'well-known', hostname: serverAddress(name).hostname };
}

/**
 * How it goes on after `/.well-known/matrix/server`.
 * @param delegated what stands there; undefined when there is nothing that is valid
 */
export function afterWellKnown(hostname: string, delegated: ServerName | undefined): Step {
  if (delegated === undefined) return { lookUp: 'srv', hostname };
  return explicit(delegated) ?? { lookUp: 'srv', hostname: serverAddress(delegated).hostname };
}

/** The names whose SRV records are looked up, in this order: the first that has any counts. The second is deprecated. */
export const srvNames = (hostname: string): readonly string[] => [`_matrix-fed._tcp.${hostname}`, `_matrix._tcp.${hostname}`];

/**
 * How it ends after the SRV records. Whoever they name has to prove to be `hostname`, as the DNS proves nothing.
 * @param records empty when there are none
 * @param random from 0 to 1, as of Math.random
 * @returns what to try, in order; empty when the records say that there is no server
 */
export function afterSrv(hostname: string, records: readonly SrvRecord[], random: () => number): readonly Destination[] {
  if (records.length === 0) return [{ host: hostname, port: DEFAULT_PORT, hostHeader: hostname }];
  const targets = records.filter(({ name }) => name !== '' && name !== '.');
  return inSrvOrder(targets, random).map(({ name, port }) => ({ host: name, port, hostHeader: hostname }));
}

function explicit(name: ServerName): Step | undefined {
  const { hostname, port, isIpLiteral } = serverAddress(name);
  if (!isIpLiteral && port === undefined) return undefined;
  return { found: { host: hostname, port: port ?? DEFAULT_PORT, hostHeader: name } };
}
