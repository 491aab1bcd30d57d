import { newTokens, storeTokens, type DeviceSession } from '../../engine/accounts/device-session.ts';
import { hashToken } from '../../engine/tokens.ts';
import { MatrixError, userLocked } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as refreshTokens from '../../store/refresh-tokens.ts';
import * as users from '../../store/users.ts';
import { defineOperation } from '../define.ts';

/**
 * Exchanges a refresh token for new tokens: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3refresh
 * The old one may be exchanged again as long as neither of the new ones was used: the answer may have been lost.
 * @throws M_UNKNOWN_TOKEN, M_USER_LOCKED
 */
export const refreshAccessToken = defineOperation({
  name: 'refresh-access-token',
  prepare: (context, _who: Caller, refreshToken: string) => ({
    hash: hashToken(refreshToken),
    tokens: newTokens(true, context.config.tokens.refreshable_access_lifetime),
    now: context.clock.now(),
  }),
  *commit({ hash, tokens, now }): Work<DeviceSession> {
    const old = yield* refreshTokens.find(hash);
    if (old === undefined) throw new MatrixError(401, 'M_UNKNOWN_TOKEN', 'The refresh token is not known or was used already: log in again');
    const { userId, deviceId, tokenId, nextTokenId } = old;
    if ((yield* users.find(userId))?.isLocked === true) throw userLocked();
    yield* refreshTokens.removePredecessorOf(userId, tokenId);
    if (nextTokenId !== undefined) yield* refreshTokens.remove(userId, nextTokenId);
    const session = { deviceId, ...tokens };
    const next = yield* storeTokens(userId, session, now);
    if (next !== undefined) yield* refreshTokens.setNext(tokenId, next);
    return session;
  },
});
