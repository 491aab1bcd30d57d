import { checkLimits, noSuchToken } from '../../engine/accounts/token-limits.ts';
import type { Work } from '../../kernel/work.ts';
import * as registrationTokens from '../../store/registration-tokens.ts';
import type { RegistrationToken, TokenLimits } from '../../store/registration-tokens.ts';
import { defineOperation } from '../define.ts';

/** Changes how often and until when a token can be used. @throws M_NOT_FOUND, M_INVALID_PARAM */
export const updateRegistrationToken = defineOperation({
  name: 'update-registration-token',
  prepare(context, _who, input: { readonly token: string; readonly limits: TokenLimits }) {
    checkLimits(input.limits, context.clock.now());
    return input;
  },
  *commit({ token, limits }): Work<RegistrationToken> {
    const before = yield* registrationTokens.find(token);
    if (before === undefined) throw noSuchToken(token);
    const { usesAllowed = before.usesAllowed, expiresTs = before.expiresTs } = limits;
    const after = { ...before, usesAllowed, expiresTs };
    yield* registrationTokens.setLimits(after);
    return after;
  },
});
