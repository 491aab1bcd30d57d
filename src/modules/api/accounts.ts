import type { Context } from 'koa';
import { isUserId, serverOf, userIdOf, type ServerName, type UserId } from '../../core/identifiers.ts';
import { stringAt, type JsonObject } from '../../core/json.ts';
import { MatrixError } from '../../kernel/errors.ts';
import { toRoomId, toUserId } from '../../kernel/parse.ts';
import { nextRequestId } from '../../kernel/request-id.ts';
import type { Policy } from '../../kernel/questions.ts';
import type { Account, Actions } from '../actions.ts';
import { jsonOf } from '../results.ts';
import { freezeJson } from '../views/copies.ts';
import { moduleRequester, type ModuleRequester } from '../views/module-requester.ts';
import { ownNames, type OwnNames } from './own-names.ts';

/** What is known of an account of this server. */
export interface UserInfo {
  readonly userId: string;
  readonly userType: string | undefined;
  /** Milliseconds since the epoch. */
  readonly creationTs: number;
  readonly isAdmin: boolean;
  readonly isDeactivated: boolean;
  readonly isGuest: boolean;
  readonly isShadowBanned: boolean;
}

/** What is not set is undefined. */
export interface ProfileInfo {
  readonly displayName: string | undefined;
  readonly avatarUrl: string | undefined;
}

/** Global account data of users of this server. */
export interface AccountDataManager {
  /** @returns the content, frozen; undefined when there is none. @throws Error for a user of another server */
  getGlobal(userId: string, type: string): Promise<JsonObject | undefined>;
  /** Puts content in the place of what was there. @throws Error for a user who has no account here */
  putGlobal(userId: string, type: string, content: JsonObject): Promise<void>;
  /**
   * Notes that a room is a direct chat of the user's (`m.direct`), with nothing else changing that list in between.
   * @param otherUserId with whom
   * @throws Error for a user who has no account here
   */
  addDirectRoom(userId: string, otherUserId: string, roomId: string): Promise<void>;
}

export interface ListUsersOptions {
  /** The id behind which to go on: the last of the page before. */
  readonly after?: string;
  /** How many at most: 100 unless said, never more than 1000. */
  readonly limit?: number;
}

/** Users and their accounts. */
export interface AccountsApi extends OwnNames {
  /**
   * Who makes a request to a web resource, by its access token.
   * @throws MatrixError 401 without a valid token; 403 for guests and expired accounts, unless they are allowed
   */
  getUserByReq(ctx: Context, options?: { readonly allowGuest?: boolean; readonly allowExpired?: boolean }): Promise<ModuleRequester>;
  /** @returns undefined when there is no such account here */
  getUserinfoById(userId: string): Promise<UserInfo | undefined>;
  /** Some accounts, deactivated ones and guests included, in the order of their ids. */
  listUsers(options?: ListUsersOptions): Promise<readonly UserInfo[]>;
  /** @param user the localpart or the id of a user of this server; an unknown one has an empty profile */
  getProfileForUser(user: string): Promise<ProfileInfo>;
  /** @returns the id as it is written here, whatever its case; undefined when there is no such account */
  checkUserExists(userId: string): Promise<string | undefined>;
  /**
   * Makes an account that has no password. The modules are asked as for any registration.
   * @param emails mail addresses that are known to be the user's
   * @returns its user id
   * @throws MatrixError M_USER_IN_USE, M_THREEPID_IN_USE, M_INVALID_PARAM, M_INVALID_USERNAME, or what a module refuses with
   */
  registerUser(localpart: string, displayname?: string, emails?: readonly string[], admin?: boolean): Promise<string>;
  /**
   * Makes an account that has no password, and logs it in. The modules are asked as for any registration.
   * @throws MatrixError as registerUser
   * @deprecated registerUser, and registerDevice where somebody is to be logged in
   */
  register(localpart: string, displayname?: string, emails?: readonly string[]): Promise<{ readonly userId: string; readonly accessToken: string }>;
  isUserAdmin(userId: string): Promise<boolean>;
  /** Makes or unmakes a server administrator. @throws MatrixError M_NOT_FOUND */
  setUserAdmin(userId: string, admin: boolean): Promise<void>;
  /** Changes a user's display name, in their rooms as well. @throws MatrixError M_NOT_FOUND */
  setDisplayname(userId: string, newDisplayname: string): Promise<void>;
  /** Changes a user's picture, in their rooms as well. @param avatarUrl mxc://… @throws MatrixError M_NOT_FOUND, M_INVALID_PARAM */
  setAvatarUrl(userId: string, avatarUrl: string): Promise<void>;
  readonly accountDataManager: AccountDataManager;
}

const PAGE = 100;
const MAX_PAGE = 1000;

export interface AccountsServices {
  readonly serverName: ServerName;
  readonly policy: Policy;
  readonly actions: Promise<Actions>;
}

export function accountsApi({ serverName, policy, actions }: AccountsServices): AccountsApi {
  const accountOf = async (userId: string): Promise<Account | undefined> => (isUserId(userId) ? (await actions).account(userId) : undefined);
  const registerUser = async (username: string, displayName?: string, emails: readonly string[] = [], isAdmin = false): Promise<UserId> =>
    (await actions).registerUser({ username, displayName, emails, isAdmin });
  return {
    getUserByReq: async (ctx, options = {}) => userByRequest(await actions, policy, ctx, options),
    ...ownNames(serverName),
    async getUserinfoById(userId) {
      const account = await accountOf(userId);
      return account === undefined ? undefined : userInfo(account);
    },
    listUsers: async ({ after = '', limit = PAGE } = {}) => (await (await actions).accounts(after, Math.min(limit, MAX_PAGE))).map(userInfo),
    getProfileForUser: async (user) => profileOf(await (await actions).profile(user.startsWith('@') ? toUserId(user) : userIdOf(user, serverName))),
    checkUserExists: async (userId) => ((await accountOf(userId)) ?? (await accountOf(userId.toLowerCase())))?.userId,
    registerUser,
    async register(username, displayName, emails) {
      const userId = await registerUser(username, displayName, emails);
      const { accessToken } = await (await actions).registerDevice({ userId, deviceId: undefined, displayName: undefined });
      return { userId, accessToken };
    },
    isUserAdmin: async (userId) => (await accountOf(userId))?.isAdmin ?? false,
    setUserAdmin: async (userId, admin) => (await actions).setAdmin(toUserId(userId), admin),
    setDisplayname: async (userId, name) => (await actions).setDisplayName(toUserId(userId), name),
    setAvatarUrl: async (userId, avatarUrl) => (await actions).setAvatarUrl(toUserId(userId), avatarUrl),
    accountDataManager: accountDataManager(serverName, actions),
  };
}

async function userByRequest(
  actions: Actions,
  policy: Policy,
  ctx: Context,
  options: { readonly allowGuest?: boolean; readonly allowExpired?: boolean },
): Promise<ModuleRequester> {
  const requester = await actions.requesterOf(ctx);
  if (requester.isGuest && options.allowGuest !== true) {
    throw new MatrixError(403, 'M_GUEST_ACCESS_FORBIDDEN', 'Guests may not do this; register an account');
  }
  const occasion = { operation: 'get-user-by-req', userId: requester.userId, request: nextRequestId() };
  if (options.allowExpired !== true && (await policy.ask('is_user_expired', occasion, requester.userId))) {
    throw new MatrixError(403, 'ORG_MATRIX_EXPIRED_ACCOUNT', 'This account has expired');
  }
  return moduleRequester(requester);
}

function accountDataManager(serverName: ServerName, actions: Promise<Actions>): AccountDataManager {
  const own = (userId: string): UserId => {
    const id = toUserId(userId);
    if (serverOf(id) !== serverName) throw new Error(`${userId} is not a user of this server`);
    return id;
  };
  return Object.freeze({
    async getGlobal(userId: string, type: string) {
      return freezeJson(await (await actions).accountData(own(userId), type));
    },
    async putGlobal(userId: string, type: string, content: JsonObject) {
      await (await actions).putAccountData(own(userId), type, jsonOf(content));
    },
    async addDirectRoom(userId: string, otherUserId: string, roomId: string) {
      await (await actions).addDirectRoom(own(userId), toUserId(otherUserId), toRoomId(roomId));
    },
  });
}

const userInfo = ({ userId, userType, createdTs, isAdmin, isDeactivated, isGuest, isShadowBanned }: Account): UserInfo =>
  Object.freeze({ userId, userType, creationTs: createdTs, isAdmin, isDeactivated, isGuest, isShadowBanned });

const profileOf = (fields: JsonObject): ProfileInfo =>
  Object.freeze({ displayName: stringAt(fields, 'displayname'), avatarUrl: stringAt(fields, 'avatar_url') });
