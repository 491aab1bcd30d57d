import type { UserId } from '../../core/identifiers.ts';
import { stringAt, type JsonObject } from '../../core/json.ts';
import { newSession, openSession, type DeviceSession, type DeviceWish } from '../../engine/accounts/device-session.ts';
import { findIdentified, thirdPartyIdentifier } from '../../engine/accounts/third-party-identifier.ts';
import { hashToken } from '../../engine/tokens.ts';
import { forbidden, MatrixError, missingParam, userLocked } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as loginTokens from '../../store/login-tokens.ts';
import * as users from '../../store/users.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

interface Login {
  readonly type: string;
  /** What that type needs: `identifier` and `password`, or `token`. */
  readonly credentials: JsonObject;
  readonly device: DeviceWish;
}

interface LoggedIn {
  readonly userId: UserId;
  readonly session: DeviceSession;
  /** Where the client should go from now on; undefined when the configuration does not say. */
  readonly baseUrl: string | undefined;
}

/** Who has shown that they are it. */
interface Shown {
  readonly userId: UserId;
  /** Good for one login. */
  readonly loginToken?: string;
}

/**
 * Logs a user in on a device: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3login
 * @throws M_FORBIDDEN, M_USER_DEACTIVATED, M_USER_LOCKED, M_MISSING_PARAM, M_INVALID_PARAM, M_UNKNOWN for a type that is not offered
 */
export const logIn = defineOperation({
  name: 'log-in',
  async prepare(context, who: Caller, { type, credentials, device }: Login) {
    const shown = await authenticate(context, type, credentials);
    if ((await context.read(() => users.find(shown.userId)))?.isLocked === true) throw userLocked();
    const now = context.clock.now();
    const { public_baseurl: baseUrl, tokens } = context.config;
    return { ...shown, now, baseUrl, session: newSession(device, who, now, tokens.refreshable_access_lifetime) };
  },
  *commit({ userId, loginToken, session, baseUrl, now }): Work<LoggedIn> {
    if (loginToken !== undefined && (yield* loginTokens.redeem(hashToken(loginToken), now)) !== userId) throw wrongToken();
    yield* openSession(userId, session);
    return { userId, session: session.session, baseUrl };
  },
});

function authenticate(context: Context, type: string, credentials: JsonObject): Promise<Shown> {
  switch (type) {
    case 'm.login.password':
      return byPassword(context, credentials);
    case 'm.login.token':
      return byToken(context, credentials);
    default:
      throw new MatrixError(400, 'M_UNKNOWN', `This server does not know the login type ${type}`);
  }
}

async function byPassword(context: Context, credentials: JsonObject): Promise<Shown> {
  const password = stringAt(credentials, 'password');
  if (password === undefined) throw missingParam('A password is needed');
  const userId = await context.read(() => findIdentified(credentials, context.serverName));
  const thirdParty = thirdPartyIdentifier(credentials);
  // Many addresses can be used to guess the password of one account. It must not show whether a third-party identifier belongs to one.
  const claimed = thirdParty === undefined ? userId : `${thirdParty.medium} ${thirdParty.address}`;
  if (claimed !== undefined) context.limits.require('login', claimed);
  const user = userId === undefined ? undefined : await context.read(() => users.find(userId));
  const isRight = await context.passwords.verify(user?.passwordHash, password);
  if (user?.isDeactivated === true) throw new MatrixError(403, 'M_USER_DEACTIVATED', 'This account has been deactivated');
  if (user === undefined || !isRight) throw forbidden('The user name or the password is wrong');
  return { userId: user.userId };
}

async function byToken(context: Context, credentials: JsonObject): Promise<Shown> {
  const loginToken = stringAt(credentials, 'token');
  if (loginToken === undefined) throw missingParam('A login token is needed');
  const userId = await context.read(() => loginTokens.find(hashToken(loginToken), context.clock.now()));
  if (userId === undefined) throw wrongToken();
  return { userId, loginToken };
}

const wrongToken = (): MatrixError => forbidden('The login token is not known, was used already or has expired');
