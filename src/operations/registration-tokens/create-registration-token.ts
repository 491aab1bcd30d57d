import { randomInt } from 'node:crypto';
import { checkLimits } from '../../engine/accounts/token-limits.ts';
import { invalidParam } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as registrationTokens from '../../store/registration-tokens.ts';
import type { RegistrationToken } from '../../store/registration-tokens.ts';
import { defineOperation } from '../define.ts';

/** https://spec.matrix.org/v1.19/appendices/#opaque-identifiers */
const GRAMMAR = /^[A-Za-z0-9._~-]{1,64}$/;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

interface NewToken extends Omit<RegistrationToken, 'token' | 'uses'> {
  /** The server makes one up when it is undefined. */
  readonly token: string | undefined;
  /** Characters of a token that is made up. */
  readonly length: number;
}

/** Makes a token with which people can register where `registration.mode` is `token`. @throws M_INVALID_PARAM */
export const createRegistrationToken = defineOperation({
  name: 'create-registration-token',
  prepare(context, _who, { token, length, usesAllowed, expiresTs }: NewToken) {
    const now = context.clock.now();
    if (token !== undefined && !GRAMMAR.test(token)) throw invalidParam('A token has 1 to 64 of the characters A-Z a-z 0-9 . _ ~ -');
    checkLimits({ usesAllowed, expiresTs }, now);
    const madeUp = (): string => Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('');
    return { made: { token: token ?? madeUp(), usesAllowed, expiresTs }, now };
  },
  *commit({ made, now }): Work<RegistrationToken> {
    const isNew = yield* registrationTokens.create(made, now);
    if (!isNew) throw invalidParam(`There is a registration token ${made.token} already`);
    return { ...made, uses: 0 };
  },
});
