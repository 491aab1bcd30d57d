import { createHash, randomBytes } from 'node:crypto';

/** Access (`plx`), refresh (`plr`), login (`pll`) and OpenID tokens (`plo`), and what is sent to a mail address to confirm it (`plv`) or to stop notifications (`plu`). */
export type TokenKind = 'plx' | 'plr' | 'pll' | 'plo' | 'plv' | 'plu';

/** A new secret that stands for a user; 256 bits. */
export const newToken = (kind: TokenKind): string => `${kind}_${randomBytes(32).toString('base64url')}`;

/** How a token is stored: a stolen database opens no account. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');
