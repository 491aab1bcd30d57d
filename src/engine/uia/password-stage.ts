import type { RateLimitClass } from '../../config/config.ts';
import { stringAt, type JsonObject } from '../../core/json.ts';
import type { ServerName, UserId } from '../../core/identifiers.ts';
import type { Reader } from '../../kernel/database.ts';
import { forbidden, missingParam } from '../../kernel/errors.ts';
import * as users from '../../store/users.ts';
import { findIdentified } from '../accounts/third-party-identifier.ts';
import type { Passwords } from '../passwords.ts';
import type { RateLimits } from '../rate-limits.ts';
import type { Stage } from './stage.ts';

interface PasswordStageServices {
  readonly reader: Reader;
  readonly passwords: Passwords;
  readonly limits: RateLimits<RateLimitClass>;
  readonly serverName: ServerName;
}

/** https://spec.matrix.org/v1.19/client-server-api/#password-based */
export function passwordStage(services: PasswordStageServices): Stage {
  return {
    type: 'm.login.password',
    async check(auth: JsonObject, userId: UserId | undefined): Promise<true> {
      const password = stringAt(auth, 'password');
      if (password === undefined) throw missingParam('A password is needed');
      // Whoever has stolen an access token must not be able to try passwords without end.
      if (userId !== undefined) services.limits.require('login', userId);
      // A client may leave out who it is: the access token says so already.
      const isNamed = 'identifier' in auth || 'user' in auth || 'medium' in auth;
      const claimed = isNamed ? await services.reader.read(() => findIdentified(auth, services.serverName)) : userId;
      const user = userId === undefined ? undefined : await services.reader.read(() => users.find(userId));
      const isRight = await services.passwords.verify(user?.passwordHash, password);
      if (!isRight || claimed !== userId) throw forbidden('The password is wrong');
      return true;
    },
  };
}
