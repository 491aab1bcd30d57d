import { compileGlobs } from './glob.ts';
import type { ServerName } from './identifiers.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { serverAddress } from './server-address.ts';

export type ServerAcl = (server: ServerName) => boolean;

function compileList(list: JsonValue | undefined): (host: string) => boolean {
  const entries: readonly JsonValue[] = Array.isArray(list) ? list : [];
  const patterns = entries.filter((entry) => typeof entry === 'string');
  return compileGlobs(patterns, { ignoreCase: true });
}

/**
 * Compiles a room's server ACL into the test whether a server may take part.
 * https://spec.matrix.org/v1.19/client-server-api/#mroomserver_acl
 * @param content of the room's `m.room.server_acl`; undefined when it has none, which allows every server
 */
export function compileServerAcl(content: JsonObject | undefined): ServerAcl {
  if (content === undefined) return () => true;
  const isAllowed = compileList(content['allow']);
  const isDenied = compileList(content['deny']);
  const refusesIpLiterals = content['allow_ip_literals'] === false;
  return (server) => {
    const { hostname, isIpLiteral } = serverAddress(server);
    if (refusesIpLiterals && isIpLiteral) return false;
    return !isDenied(hostname) && isAllowed(hostname);
  };
}
