/** Schemes whose addresses run or show something of the sender's in the browser, instead of leading to a client. */
const REFUSED = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'filesystem:', 'about:', 'view-source:', 'ws:', 'wss:', 'ftp:']);
/** Nothing that could end a directive of a page's content security policy. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/;

/** Where a client waits for a login token. */
export interface ClientLink {
  readonly url: string;
  /** The web origin, or the scheme of an application's own links (`element:`). */
  readonly origin: string;
  /** What people know it by. */
  readonly name: string;
}

/** @returns undefined for an address to which nobody is sent */
export function clientLink(url: string): ClientLink | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, username, password, hostname, host, origin } = new URL(url);
  if (REFUSED.has(protocol) || username + password !== '') return undefined;
  if (protocol !== 'https:' && protocol !== 'http:') return { url, origin: protocol, name: `the application for links that begin with ${protocol}` };
  return HOST.test(hostname) ? { url, origin, name: host } : undefined;
}

/** https://spec.matrix.org/v1.19/client-server-api/#handling-the-callback-from-the-authentication-server */
export function withLoginToken({ url }: ClientLink, token: string): string {
  const link = new URL(url);
  link.searchParams.set('loginToken', token);
  return link.href;
}
