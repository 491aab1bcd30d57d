import { turnCredentials } from '../../engine/voip/turn-credentials.ts';
import { defineRead } from '../define.ts';

interface TurnServer {
  readonly username: string;
  readonly password: string;
  readonly uris: readonly string[];
  readonly ttlMs: number;
}

/**
 * By which server the user's calls can be relayed: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3voipturnserver
 * @returns undefined when there is none, or none for guests
 */
export const getTurnCredentials = defineRead({
  name: 'get-turn-credentials',
  prepare(context, { userId, isGuest }, _input: undefined): TurnServer | undefined {
    const { uris, shared_secret: secret, username, password, user_lifetime: ttlMs, allow_guests: guests } = context.config.turn;
    if (uris.length === 0 || (isGuest && !guests)) return undefined;
    if (secret !== undefined) return { ...turnCredentials(secret, userId, context.clock.now() + ttlMs), uris, ttlMs };
    return username === undefined || password === undefined ? undefined : { username, password, uris, ttlMs };
  },
});
