import { createHmac } from 'node:crypto';
import type { UserId } from '../../core/identifiers.ts';

/**
 * A name and password that a TURN server with the same secret accepts until a time, as coturn's "TURN REST API" has it: the name
 * says until when, the password proves that this server said so.
 * @param expiresTs milliseconds since the epoch
 */
export function turnCredentials(secret: string, userId: UserId, expiresTs: number): { readonly username: string; readonly password: string } {
  const username = `${Math.floor(expiresTs / 1000)}:${userId}`;
  return { username, password: createHmac('sha1', secret).update(username).digest('base64') };
}
