import { moduleLoginPage } from '../../api/pages/module-login-page.ts';
import { ssoPage } from '../../api/pages/sso-page.ts';
import type { Config } from '../../config/config.ts';
import type { UserId } from '../../core/identifiers.ts';
import type { Access } from '../../engine/access.ts';
import { clientLink, withLoginToken } from '../../engine/sso/client-link.ts';
import type { Reader } from '../../kernel/database.ts';
import { invalidParam } from '../../kernel/errors.ts';
import type { Run } from '../../kernel/operation.ts';
import type { SessionActions } from '../../modules/index.ts';
import { logOut } from '../../operations/accounts/log-out.ts';
import { createLoginToken } from '../../operations/modules/create-login-token.ts';
import { registerDevice } from '../../operations/modules/register-device.ts';
import * as devices from '../../store/devices.ts';
import * as users from '../../store/users.ts';
import { MODULE } from './module-caller.ts';

interface SessionServices {
  readonly run: Run;
  readonly read: Reader['read'];
  readonly access: Access;
  readonly config: Config;
}

/** For how long a login token can be used where the configuration does not say (ms). */
const LIFETIME = 120_000;

/** How modules log people in and out. */
export function sessionActions({ run, read, access, config }: SessionServices): SessionActions {
  return {
    registerDevice: async (device) => (await run(registerDevice, MODULE, device)).session,
    createLoginToken: (wish) => run(createLoginToken, MODULE, wish),
    async completeSsoLogin({ userId, redirectUrl, isNew, provider }) {
      const client = clientLink(redirectUrl);
      if (client === undefined) throw invalidParam(`Nobody is sent to ${redirectUrl} with a login token`);
      const problem = await obstacle(read, userId);
      if (problem !== undefined) return ssoPage({ state: 'refused', status: 403, problem });
      const token = await run(createLoginToken, MODULE, { userId, lifetime: config.sso?.login_token_lifetime ?? LIFETIME, provider });
      const link = withLoginToken(client, token);
      if (config.sso?.trusted_clients.includes(client.origin) === true) return ssoPage({ state: 'returned', url: link });
      return moduleLoginPage({ userId, isNew, client: client.name, link });
    },
    async endAccessToken(token) {
      const who = await access.requesterOf(token, MODULE);
      await run(logOut, who, undefined);
    },
    connectionsOf: (userId) => read(() => devices.connectionsOf(userId)),
  };
}

/** What keeps somebody from logging in, in words for them. */
async function obstacle(read: Reader['read'], userId: UserId): Promise<string | undefined> {
  const user = await read(() => users.find(userId));
  if (user === undefined) return `There is no account ${userId}.`;
  if (user.isDeactivated) return `The account ${userId} has been deactivated.`;
  return user.isLocked ? `The account ${userId} has been locked; ask the administrator of this server.` : undefined;
}
