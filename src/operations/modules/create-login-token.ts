import type { UserId } from '../../core/identifiers.ts';
import { hashToken, newToken } from '../../engine/tokens.ts';
import { invalidParam, notFound } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as loginTokens from '../../store/login-tokens.ts';
import * as users from '../../store/users.ts';
import { defineOperation } from '../define.ts';

interface TokenWish {
  readonly userId: UserId;
  /** For how long it can be used (ms). */
  readonly lifetime: number;
  /** Who has recognised them. */
  readonly provider: string | undefined;
}

/** Makes a token with which one client can log in, for a user of whom a module knows who they are. @throws M_NOT_FOUND, M_INVALID_PARAM */
export const createLoginToken = defineOperation({
  name: 'create-login-token',
  prepare(context, _who: Caller, { userId, lifetime, provider }: TokenWish) {
    if (!Number.isFinite(lifetime) || lifetime <= 0) throw invalidParam('A login token must be good for longer than 0 ms');
    const now = context.clock.now();
    return { userId, provider, token: newToken('pll'), now, expiresTs: now + Math.floor(lifetime) };
  },
  *commit({ userId, provider, token, now, expiresTs }): Work<string> {
    const user = yield* users.find(userId);
    if (user === undefined || user.isDeactivated) throw notFound(`There is no account ${userId} that somebody could log in to`);
    yield* loginTokens.create({ hash: hashToken(token), userId, provider, now, expiresTs });
    return token;
  },
});
