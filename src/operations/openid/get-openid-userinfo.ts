import { hashToken } from '../../engine/tokens.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import * as openidTokens from '../../store/openid-tokens.ts';
import { defineRead } from '../define.ts';

/**
 * Tells whose OpenID token this is: https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1openiduserinfo
 * @throws M_UNKNOWN_TOKEN
 */
export const getOpenidUserinfo = defineRead({
  name: 'get-openid-userinfo',
  async prepare(context, _who: Caller, { token }: { readonly token: string }) {
    const userId = await context.read(() => openidTokens.find(hashToken(token), context.clock.now()));
    if (userId === undefined) throw new MatrixError(401, 'M_UNKNOWN_TOKEN', 'The token is not known, or has expired');
    return userId;
  },
});
