import { createHash, randomBytes } from 'node:crypto';

/** Access (`plx`), refresh (`plr`) and login tokens (`pll`). */
export type TokenKind = 'plx' | 'plr' | 'pll';

/** A new secret that opens an account; 256 bits. */
export const newToken = (kind: TokenKind): string => `${kind}_${randomBytes(32).toString('base64url')}`;

/** How a token is stored: a stolen database opens no account. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');
