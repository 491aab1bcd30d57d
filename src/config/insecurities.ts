import ipaddr from 'ipaddr.js';
import type { Config } from './config.ts';

const SHORTEST_SECRET = 16;

/** What in a configuration is not safe for a server that others can reach, each in a few words with its key. */
export function insecurities(config: Config): string[] {
  const { mode, open_to, shared_secret } = config.registration;
  const found: [insecure: boolean, what: string][] = [
    [mode === 'open' && open_to === 'everyone', 'everyone can make an account (registration.open_to)'],
    [shared_secret !== undefined && shared_secret.length < SHORTEST_SECRET, 'the shared secret is short (registration.shared_secret)'],
    [config.passwords.cost === 'test', 'passwords are hardly protected (passwords.cost)'],
    [!config.rate_limits.enabled, 'passwords can be tried without limit (rate_limits.enabled)'],
  ];
  const open = config.listeners.flatMap(({ port, tls, bind_addresses }, index) =>
    tls === undefined && !bind_addresses.every(isLoopback)
      ? [`no TLS on port ${port} (listeners[${index}].tls), which needs a reverse proxy before it`]
      : [],
  );
  return [...found.filter(([insecure]) => insecure).map(([, what]) => what), ...open];
}

const isLoopback = (address: string): boolean =>
  address === 'localhost' || (ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback');
