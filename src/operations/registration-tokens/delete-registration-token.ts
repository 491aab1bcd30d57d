import { noSuchToken } from '../../engine/accounts/token-limits.ts';
import type { Work } from '../../kernel/work.ts';
import * as registrationTokens from '../../store/registration-tokens.ts';
import { defineOperation } from '../define.ts';

/** @throws M_NOT_FOUND */
export const deleteRegistrationToken = defineOperation({
  name: 'delete-registration-token',
  prepare: (_context, _who, token: string) => token,
  *commit(token): Work<void> {
    const wasThere = yield* registrationTokens.remove(token);
    if (!wasThere) throw noSuchToken(token);
  },
});
