import type { ServerName } from './identifiers.ts';

/** A server name in its parts: https://spec.matrix.org/v1.19/appendices/#server-name */
export interface ServerAddress {
  /** Without the port; an IPv6 literal keeps its brackets. */
  readonly hostname: string;
  readonly port: number | undefined;
  readonly isIpLiteral: boolean;
}

const PORT = /:(\d{1,5})$/;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

export function serverAddress(name: ServerName): ServerAddress {
  const port = PORT.exec(name)?.[1];
  // The colons of an IPv6 literal stand in brackets.
  const hostname = name.replace(PORT, '');
  return { hostname, port: port === undefined ? undefined : Number(port), isIpLiteral: hostname.startsWith('[') || IPV4.test(hostname) };
}
