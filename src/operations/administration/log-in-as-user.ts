import type { UserId } from '../../core/identifiers.ts';
import { administeredUser } from '../../engine/accounts/administered-user.ts';
import { hashToken, newToken } from '../../engine/tokens.ts';
import { forbidden, notFound } from '../../kernel/errors.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as accessTokens from '../../store/access-tokens.ts';
import { defineOperation } from '../define.ts';

interface Login {
  readonly userId: UserId;
  /** Milliseconds since the epoch; undefined: until it is logged out. */
  readonly validUntil: number | undefined;
}

/**
 * Gives an administrator an access token of somebody else, which belongs to no device.
 * @throws M_FORBIDDEN for oneself, M_INVALID_PARAM for a user of another server, M_NOT_FOUND
 */
export const logInAsUser = defineOperation({
  name: 'log-in-as-user',
  async prepare(context, who: Requester, { userId, validUntil }: Login) {
    if (userId === who.userId) throw forbidden('You are logged in as yourself already');
    const user = await context.read(() => administeredUser(userId, context.serverName));
    if (user.isDeactivated) throw notFound(`The account ${userId} is deactivated`);
    context.log.info({ admin: who.userId, userId }, 'an administrator logs in as a user');
    return { userId, validUntil, token: newToken('plx'), now: context.clock.now() };
  },
  *commit({ userId, validUntil, token, now }): Work<string> {
    yield* accessTokens.create(hashToken(token), userId, undefined, now, validUntil);
    return token;
  },
});
