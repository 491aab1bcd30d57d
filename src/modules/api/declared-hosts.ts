import { compileGlobs } from '../../core/glob.ts';
import { serverAddress } from '../../core/server-address.ts';
import type { AskServer } from '../../kernel/federation-request.ts';
import { NotPermitted } from '../manifest.ts';
import type { Fetch } from './http-client.ts';

const MAX_REDIRECTS = 5;

/** Refuses a host, with its port and without it. @throws NotPermitted */
type Refuse = (host: { readonly host: string; readonly hostname: string }) => void;

/** @param patterns of host names, or of host names with ports */
function undeclared(patterns: readonly string[]): Refuse {
  const isDeclared = compileGlobs(patterns, { ignoreCase: true });
  return ({ host, hostname }) => {
    if (isDeclared(hostname) || isDeclared(host)) return;
    throw new NotPermitted(`${host} is not among the hosts that the module declares in permissions.network`);
  };
}

/**
 * Asks only hosts that the module declares, also where a reply leads to another one.
 * @param patterns of host names, or of host names with ports
 */
export function declaredHostsOnly(fetch: Fetch, patterns: readonly string[]): Fetch {
  const refuse = undeclared(patterns);
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

/**
 * Asks only servers that the module declares by their names; where these lead is not the module's to say.
 * @param patterns as above
 */
export function declaredServersOnly(ask: AskServer, patterns: readonly string[]): AskServer {
  const refuse = undeclared(patterns);
  return async (request) => {
    const { destination, baseUrl } = request;
    refuse({ host: destination, hostname: serverAddress(destination).hostname });
    if (baseUrl !== undefined) refuse(new URL(baseUrl));
    return ask(request);
  };
}
