import { userIdOf, type ServerName } from '../../core/identifiers.ts';

/** What can be said of ids by the name of this server alone, in whichever thread the module runs. */
export interface OwnNames {
  /** `alice` -> `@alice:server`; what begins with `@` is returned as it is. */
  getQualifiedUserId(username: string): string;
  /** Whether an id (of a user, a room, an alias) is of this server. */
  isMine(id: string): boolean;
}

export const ownNames = (serverName: ServerName): OwnNames => ({
  getQualifiedUserId: (username) => (username.startsWith('@') ? username : userIdOf(username, serverName)),
  isMine: (id) => id.slice(id.indexOf(':') + 1) === serverName && id.includes(':'),
});
