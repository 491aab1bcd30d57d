import type { UserId } from '../../core/identifiers.ts';
import { stringAt, type JsonObject } from '../../core/json.ts';
import type { Authenticated } from '../../engine/accounts/authentication.ts';
import { newSession, openSession, type DeviceSession, type DeviceWish } from '../../engine/accounts/device-session.ts';
import { loggedOut } from '../../engine/accounts/logged-out.ts';
import { hashToken } from '../../engine/tokens.ts';
import { forbidden, missingParam, userLocked, type MatrixError } from '../../kernel/errors.ts';
import type { Ask } from '../../kernel/operation.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import type { EndedToken } from '../../store/access-tokens.ts';
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
  /** What a module makes of the reply. */
  readonly afterLogin: Authenticated['afterLogin'];
  /** Of whoever had the device before. */
  readonly ended: readonly EndedToken[];
}

/** Who has shown that they are it, and how. */
interface Shown extends Pick<Authenticated, 'user' | 'afterLogin'> {
  /** As modules are told; undefined for the server's own passwords. */
  readonly providerType: string | undefined;
  readonly providerId?: string | undefined;
  /** Good for one login. */
  readonly loginToken?: string;
}

/**
 * Logs a user in on a device: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3login
 * @throws M_FORBIDDEN, M_USER_DEACTIVATED, M_USER_LOCKED, M_MISSING_PARAM, M_INVALID_PARAM, M_UNKNOWN for a type that is not offered; what a module refuses with
 */
export const logIn = defineOperation({
  name: 'log-in',
  async prepare(context, who: Caller, { type, credentials, device }: Login, ask) {
    const shown = await authenticate(context, ask, type, credentials);
    const { user } = shown;
    if (user.isLocked) throw userLocked();
    const now = context.clock.now();
    const { public_baseurl: baseUrl, tokens } = context.config;
    const session = newSession(device, who, now, tokens.refreshable_access_lifetime);
    const deviceId = device.deviceId === undefined ? undefined : session.session.deviceId;
    const requestInfo = [[who.userAgent, who.ip]] as const;
    const attempt = { userId: user.userId, deviceId, initialDisplayName: device.displayName, requestInfo, authProviderId: shown.providerId };
    return { ...shown, now, baseUrl, session, attempt };
  },
  gates: ({ attempt }) => ({ check_login_for_spam: [[attempt]] }),
  *commit({ user: { userId }, loginToken, session, baseUrl, now, afterLogin }): Work<LoggedIn> {
    if (loginToken !== undefined && (yield* loginTokens.redeem(hashToken(loginToken), now))?.userId !== userId) throw wrongToken();
    return { userId, session: session.session, baseUrl, afterLogin, ended: yield* openSession(userId, session) };
  },
  listeners: ({ providerType, providerId }, { userId, ended }) => ({
    on_logged_out: loggedOut(ended),
    on_user_login: [[userId, providerType, providerId]],
  }),
});

async function authenticate(context: Context, ask: Ask<'log-in'>, type: string, credentials: JsonObject): Promise<Shown> {
  if (type === 'm.login.token') return byToken(context, credentials);
  const { moduleType, ...shown } = await context.authentication.prove(type, credentials, ask);
  return { ...shown, providerType: moduleType };
}

async function byToken(context: Context, credentials: JsonObject): Promise<Shown> {
  const loginToken = stringAt(credentials, 'token');
  if (loginToken === undefined) throw missingParam('A login token is needed');
  const found = await context.read(() => loginTokens.find(hashToken(loginToken), context.clock.now()));
  const user = found && (await context.read(() => users.find(found.userId)));
  if (user === undefined) throw wrongToken();
  const providerId = found?.provider;
  return { user, afterLogin: undefined, loginToken, providerId, providerType: providerId === undefined ? 'm.login.token' : 'm.login.sso' };
}

const wrongToken = (): MatrixError => forbidden('The login token is not known, was used already or has expired');
