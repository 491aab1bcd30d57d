import type { Listeners } from '../../kernel/questions.ts';
import type { EndedToken } from '../../store/access-tokens.ts';

/** An access token that comes with the request that ends it: all others the server knows by their hashes only. */
interface KnownToken {
  readonly tokenId: number | undefined;
  readonly accessToken: string | undefined;
}

/** What modules are told when access tokens have ended. */
export const loggedOut = (ended: readonly EndedToken[], known?: KnownToken): Listeners['on_logged_out'][] =>
  ended.map(({ userId, deviceId, tokenId }) => [userId, deviceId, tokenId === known?.tokenId ? known.accessToken : undefined]);
