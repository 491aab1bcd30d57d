import { stringAt, type JsonObject } from '../../core/json.ts';
import type { ServerName, UserId } from '../../core/identifiers.ts';
import type { Reader } from '../../kernel/database.ts';
import { forbidden, missingParam } from '../../kernel/errors.ts';
import * as users from '../../store/users.ts';
import { identifiedUser } from '../accounts/identified-user.ts';
import type { Passwords } from '../passwords.ts';
import type { Stage } from './stage.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#password-based */
export function passwordStage(services: { readonly reader: Reader; readonly passwords: Passwords; readonly serverName: ServerName }): Stage {
  return {
    type: 'm.login.password',
    async check(auth: JsonObject, userId: UserId | undefined): Promise<true> {
      const password = stringAt(auth, 'password');
      if (password === undefined) throw missingParam('A password is needed');
      // A client may leave out who it is: the access token says so already.
      const claimed = 'identifier' in auth || 'user' in auth ? identifiedUser(auth, services.serverName) : userId;
      const user = userId === undefined ? undefined : await services.reader.read(() => users.find(userId));
      const isRight = await services.passwords.verify(user?.passwordHash, password);
      if (!isRight || claimed !== userId) throw forbidden('The password is wrong');
      return true;
    },
  };
}
