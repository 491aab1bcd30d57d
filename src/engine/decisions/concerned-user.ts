import type { ServerName } from '../../core/identifiers.ts';
import type { Subject } from '../../kernel/decisions.ts';

/** A subject with the user whom it is about, also where there is but the name by which somebody logs in or registers. */
export function withUser(subject: Subject, serverName: ServerName): Subject {
  const { userId, username } = subject;
  if (userId !== undefined || username === undefined) return subject;
  return { ...subject, userId: username.startsWith('@') ? username : `@${username}:${serverName}` };
}
