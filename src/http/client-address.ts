import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

/** @param ranges networks (CIDR) or addresses. @returns whether an address lies in one of them */
export function isWithin(ranges: readonly string[]): (address: string) => boolean {
  const networks = ranges.map((range) => (range.includes('/') ? ipaddr.parseCIDR(range) : single(range)));
  return (address) => {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return networks.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
  };
}

/**
 * Tells from which address a request really came. A proxy is believed only when it is trusted: the list in X-Forwarded-For is read
 * from its end, as long as the addresses are those of trusted proxies.
 * @param trusted networks (CIDR) or addresses
 */
export function clientAddress(trusted: readonly string[]): (request: IncomingMessage) => string {
  const isTrusted = isWithin(trusted);
  return (request) => {
    let address = request.socket.remoteAddress ?? '';
    const forwarded = request.headers['x-forwarded-for'];
    if (forwarded !== undefined) {
      const hops = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded).split(',').map((hop) => hop.trim());
      for (let hop = hops.pop(); hop !== undefined && isTrusted(address); hop = hops.pop()) address = hop;
    }
    return ipaddr.isValid(address) ? ipaddr.process(address).toString() : '';
  };
}

function single(address: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const parsed = ipaddr.parse(address);
  return [parsed, parsed.kind() === 'ipv6' ? 128 : 32];
}
