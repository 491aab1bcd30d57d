import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import type { Reader } from '../kernel/database.ts';
import { MatrixError } from '../kernel/errors.ts';
import type { Caller, Requester } from '../kernel/requester.ts';
import * as accessTokens from '../store/access-tokens.ts';

/** A new secret that opens an account; 256 bits. */
export const newToken = (prefix: 'plx' | 'plr' | 'pll'): string => `${prefix}_${randomBytes(32).toString('base64url')}`;
/** How a token is stored: a stolen database opens no account. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');

const unknownToken = (softLogout: boolean): MatrixError =>
  new MatrixError(
    401,
    'M_UNKNOWN_TOKEN',
    softLogout ? 'The access token has expired; refresh it or log in again' : 'The access token is not known',
    softLogout ? { soft_logout: true } : {},
  );

/** Finds out on whose behalf a request is made: https://spec.matrix.org/v1.19/client-server-api/#using-access-tokens */
export class Access {
  readonly #reader: Reader;
  readonly #clock: Clock;

  constructor(reader: Reader, clock: Clock) {
    this.#reader = reader;
    this.#clock = clock;
  }

  /** @throws M_UNKNOWN_TOKEN, with `soft_logout` when the token has expired */
  async requesterOf(token: string, caller: Caller): Promise<Requester> {
    const found = await this.#reader.read(() => accessTokens.find(hashToken(token)));
    if (found === undefined || found.isDeactivated) throw unknownToken(false);
    if (found.expiresTs !== undefined && found.expiresTs <= this.#clock.now()) throw unknownToken(true);
    return {
      ...caller,
      userId: found.userId,
      deviceId: found.deviceId,
      tokenId: found.tokenId,
      isGuest: found.isGuest,
      isAdmin: found.isAdmin,
      shadowBanned: found.isShadowBanned,
      appServiceId: undefined,
    };
  }
}
