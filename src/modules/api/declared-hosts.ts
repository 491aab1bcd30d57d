import { compileGlob } from '../../core/glob.ts';
import { NotPermitted } from '../manifest.ts';
import type { Fetch } from './http-client.ts';

const MAX_REDIRECTS = 5;

/**
 * Asks only hosts that the module declares, also where a reply leads to another one.
 * @param patterns of host names, or of host names with ports
 */
export function declaredHostsOnly(fetch: Fetch, patterns: readonly string[]): Fetch {
  const globs = patterns.map((pattern) => compileGlob(pattern, { ignoreCase: true }));
  const refuse = ({ host, hostname }: URL): void => {
    if (globs.some((matches) => matches(hostname) || matches(host))) return;
    throw new NotPermitted(`${host} is not among the hosts that the module declares in permissions.network`);
  };
  return async (url, init = {}) => {
    let target = new URL(url);
    for (let hop = 0; ; hop++) {
      refuse(target);
      const response = await fetch(target, { ...init, redirect: 'manual' });
      const location = response.headers.get('location');
      const isRedirection = location !== null && response.status >= 301 && response.status <= 308;
      if (!isRedirection || init.redirect === 'manual' || hop >= MAX_REDIRECTS || init.body !== undefined) return response;
      await response.body?.cancel();
      target = new URL(location, target);
    }
  };
}
