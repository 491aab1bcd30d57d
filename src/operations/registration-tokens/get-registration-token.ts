import { noSuchToken } from '../../engine/accounts/token-limits.ts';
import type { Requester } from '../../kernel/requester.ts';
import * as registrationTokens from '../../store/registration-tokens.ts';
import type { RegistrationToken } from '../../store/registration-tokens.ts';
import { defineRead } from '../define.ts';

/** @throws M_NOT_FOUND */
export const getRegistrationToken = defineRead({
  name: 'get-registration-token',
  async prepare(context, _who: Requester, token: string): Promise<RegistrationToken> {
    const found = await context.read(() => registrationTokens.find(token));
    if (found === undefined) throw noSuchToken(token);
    return found;
  },
});
