import { LRUCache } from 'lru-cache';
import { growingTo } from '../core/growing-to.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../kernel/database.ts';
import { MatrixError, userLocked } from '../kernel/errors.ts';
import type { Caller, Requester } from '../kernel/requester.ts';
import type { Topic } from '../kernel/work.ts';
import * as accessTokens from '../store/access-tokens.ts';
import type { AccessToken } from '../store/access-tokens.ts';
import { hashToken } from './tokens.ts';

/** Access tokens that are kept in memory. */
const MAX_KNOWN = 10_000;

const unknownToken = (softLogout: boolean): MatrixError =>
  new MatrixError(
    401,
    'M_UNKNOWN_TOKEN',
    softLogout ? 'The access token has expired; refresh it or log in again' : 'The access token is not known',
    softLogout ? { soft_logout: true } : {},
  );

export interface AccessServices {
  readonly database: Pick<Database, 'read' | 'onCommit'>;
  readonly clock: Clock;
  /** Told of the first use of a token that a client got by refreshing: the older refresh token ends then. */
  confirmRefresh(token: AccessToken): Promise<void>;
  /** Told of every request that is made from a device. */
  noteSeen(requester: Requester): void;
}

/** Finds out on whose behalf a request is made: https://spec.matrix.org/v1.19/client-server-api/#using-access-tokens */
export class Access {
  readonly #services: AccessServices;
  readonly #known = new LRUCache<string, AccessToken>(growingTo(MAX_KNOWN));
  /** Grows with each change, so that what was read before one is not remembered after it. */
  #changes = 0;

  constructor(services: AccessServices) {
    this.#services = services;
    services.database.onCommit(({ topics }) => this.#forget(topics));
  }

  /** @throws M_UNKNOWN_TOKEN, with `soft_logout` when the token has expired */
  async requesterOf(token: string, caller: Caller): Promise<Requester> {
    const found = await this.#find(hashToken(token));
    if (found === undefined || found.isDeactivated) throw unknownToken(false);
    if (found.expiresTs !== undefined && found.expiresTs <= this.#services.clock.now()) throw unknownToken(true);
    if (found.hasPredecessor) await this.#services.confirmRefresh(found);
    const requester = {
      ...caller,
      userId: found.userId,
      deviceId: found.deviceId,
      tokenId: found.tokenId,
      isGuest: found.isGuest,
      isAdmin: found.isAdmin,
      shadowBanned: found.isShadowBanned,
      appServiceId: undefined,
      barred: found.isLocked ? ('locked' as const) : found.isSuspended ? ('suspended' as const) : undefined,
    };
    this.#services.noteSeen(requester);
    return requester;
  }

  /**
   * Looks again, for a request that has waited. @throws M_UNKNOWN_TOKEN when the token that it came with has ended since; M_USER_LOCKED
   */
  async recheck({ tokenId }: Requester): Promise<void> {
    if (tokenId === undefined) return;
    const standing = await this.#services.database.read(() => accessTokens.standingOf(tokenId));
    if (standing === undefined) throw unknownToken(false);
    if (standing.isLocked) throw userLocked();
  }

  async #find(hash: string): Promise<AccessToken | undefined> {
    const known = this.#known.get(hash);
    if (known !== undefined) return known;
    const changes = this.#changes;
    const found = await this.#services.database.read(() => accessTokens.find(hash));
    if (found !== undefined && !found.hasPredecessor && changes === this.#changes) this.#known.set(hash, found);
    return found;
  }

  #forget(topics: ReadonlySet<Topic>): void {
    for (const topic of topics) {
      if (!topic.startsWith('access:')) continue;
      this.#changes++;
      const userId = topic.slice('access:'.length);
      for (const [hash, token] of this.#known.entries()) if (token.userId === userId) this.#known.delete(hash);
    }
  }
}
