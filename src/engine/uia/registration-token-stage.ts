import { stringAt, type JsonObject } from '../../core/json.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Reader } from '../../kernel/database.ts';
import { forbidden, missingParam } from '../../kernel/errors.ts';
import * as registrationTokens from '../../store/registration-tokens.ts';
import type { Stage } from './stage.ts';

/**
 * Its result is the token, which the registration then counts as used:
 * https://spec.matrix.org/v1.19/client-server-api/#token-authenticated-registration
 */
export function registrationTokenStage(reader: Reader, clock: Clock): Stage {
  return {
    type: 'm.login.registration_token',
    async check(auth: JsonObject): Promise<string> {
      const token = stringAt(auth, 'token');
      if (token === undefined) throw missingParam('A registration token is needed');
      const isUsable = await reader.read(() => registrationTokens.isUsable(token, clock.now()));
      if (!isUsable) throw forbidden('The registration token is not known, used up or expired');
      return token;
    },
  };
}
