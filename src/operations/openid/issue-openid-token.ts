import type { UserId } from '../../core/identifiers.ts';
import { hashToken, newToken } from '../../engine/tokens.ts';
import type { Work } from '../../kernel/work.ts';
import * as openidTokens from '../../store/openid-tokens.ts';
import { defineOperation } from '../define.ts';
import { onlyOwn } from '../only-own.ts';

/** For how long a token can be shown (ms). */
const LIFETIME = 3_600_000;

/**
 * Makes a token by which another service can find out who the user is, and which opens nothing here.
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3useruseridopenidrequest_token
 * @throws M_FORBIDDEN for somebody else's
 */
export const issueOpenidToken = defineOperation({
  name: 'issue-openid-token',
  prepare(context, who, { userId }: { readonly userId: UserId }) {
    onlyOwn(who, userId, 'The identity');
    return { userId, token: newToken('plo'), now: context.clock.now(), serverName: context.serverName };
  },
  *commit({ userId, token, now, serverName }): Work<{ token: string; serverName: string; expiresInMs: number }> {
    yield* openidTokens.create(hashToken(token), userId, now, now + LIFETIME);
    return { token, serverName, expiresInMs: LIFETIME };
  },
});
