import { serverOf, type ServerName, type UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';

export interface Homes {
  readonly local: readonly UserId[];
  /** Of requests for keys: the servers that could not be asked, each with the reason. */
  readonly failures: Readonly<Record<string, JsonObject>>;
}

/** Tells users of this server from those whose servers would have to be asked, which cannot be reached. */
export function homesOf(userIds: readonly UserId[], serverName: ServerName): Homes {
  const local = userIds.filter((userId) => serverOf(userId) === serverName);
  const remote = new Set(userIds.map(serverOf).filter((server) => server !== serverName));
  const reason = { errcode: 'M_UNKNOWN', error: 'This server does not speak to other servers' };
  return { local, failures: Object.fromEntries([...remote].map((server) => [server, reason])) };
}
