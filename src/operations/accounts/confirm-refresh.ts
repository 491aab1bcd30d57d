import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import type { AccessToken } from '../../store/access-tokens.ts';
import * as refreshTokens from '../../store/refresh-tokens.ts';
import { defineOperation } from '../define.ts';

/**
 * The client uses an access token that it got by refreshing, so it has received the answer: the refresh token that it used before ends.
 * https://spec.matrix.org/v1.19/client-server-api/#refreshing-access-tokens
 */
export const confirmRefresh = defineOperation({
  name: 'confirm-refresh',
  prepare: (_context, _who: Caller, token: Pick<AccessToken, 'userId' | 'tokenId'>) => token,
  *commit({ userId, tokenId }): Work<void> {
    const partner = yield* refreshTokens.numberOfPartner(userId, tokenId);
    if (partner !== undefined) yield* refreshTokens.removePredecessorOf(userId, partner);
  },
});
