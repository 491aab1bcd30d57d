import type { Context } from 'koa';
import { isUserId, serverOf, type ServerName } from '../../core/identifiers.ts';
import { toUserId } from '../../kernel/parse.ts';
import type { Actions, NewDevice } from '../actions.ts';

/** From where somebody has used their account. */
export interface UserIpAndAgent {
  readonly ip: string;
  readonly userAgent: string;
  /** Milliseconds since the epoch. */
  readonly lastSeen: number;
}

/** Logging people in and out. */
export interface SessionsApi {
  /** Logs a user in, on a new device or in the place of whoever has that device. @throws MatrixError M_NOT_FOUND */
  registerDevice(userId: string, deviceId?: string, initialDisplayName?: string): Promise<NewDevice>;
  /**
   * Makes a token with which one client logs in by `m.login.token`.
   * @param durationInMs for how long it can be used: two minutes unless said
   * @param authProviderId who has recognised the user
   * @throws MatrixError M_NOT_FOUND
   */
  createLoginToken(userId: string, durationInMs?: number, authProviderId?: string): Promise<string>;
  /**
   * Answers the request of a browser whose user a module has recognised: it is sent on to the client, with a login token. Unless the configuration
   * trusts that client (`sso.trusted_clients`), a page asks the user first.
   * @param clientRedirectUrl where the client waits for the token
   * @param newUser whether the account was made just now
   * @throws MatrixError M_INVALID_PARAM for an address to which nobody is sent
   */
  completeSsoLoginAsync(registeredUserId: string, ctx: Context, clientRedirectUrl: string, newUser?: boolean, authProviderId?: string): Promise<void>;
  /** Ends an access token, and the device that it belongs to. @throws MatrixError 401 when it is not known */
  invalidateAccessToken(accessToken: string): Promise<void>;
  /**
   * From where the devices of a user were last used.
   * @param sinceTs milliseconds since the epoch: what was seen before is left out
   * @returns nothing for users of other servers, and for what is no user id
   */
  getUserIpAndAgents(userId: string, sinceTs?: number): Promise<readonly UserIpAndAgent[]>;
}

interface SessionsServices {
  readonly serverName: ServerName;
  readonly actions: Promise<Actions>;
}

const LOGIN_TOKEN_LIFETIME = 120_000;

export function sessionsApi({ serverName, actions }: SessionsServices): SessionsApi {
  return {
    registerDevice: async (userId, deviceId, displayName) => (await actions).registerDevice({ userId: toUserId(userId), deviceId, displayName }),
    createLoginToken: async (userId, lifetime = LOGIN_TOKEN_LIFETIME, provider) =>
      (await actions).createLoginToken({ userId: toUserId(userId), lifetime, provider }),
    async completeSsoLoginAsync(userId, ctx, redirectUrl, isNew = false, provider) {
      const { status, headers, body } = await (await actions).completeSsoLogin({ userId: toUserId(userId), redirectUrl, isNew, provider });
      ctx.status = status;
      ctx.set(headers);
      ctx.body = body ?? '';
    },
    invalidateAccessToken: async (accessToken) => (await actions).endAccessToken(accessToken),
    async getUserIpAndAgents(userId, sinceTs = 0) {
      if (!isUserId(userId) || serverOf(userId) !== serverName) return [];
      const connections = await (await actions).connectionsOf(userId);
      return connections.flatMap(({ ip, userAgent, lastSeen }) =>
        lastSeen === null || lastSeen < sinceTs ? [] : [Object.freeze({ ip: ip ?? '', userAgent: userAgent ?? '', lastSeen })],
      );
    },
  };
}
