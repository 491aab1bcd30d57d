import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { Answer, Verdict } from './values.ts';

/** `registerAccountValidityCallbacks`. */
export interface AccountValidityCallbacks {
  /**
   * Whether an account has expired. True: expired; false: not, and no other module is asked; null: ask the next module.
   * @asked with every authenticated request but logging out, and before anything is pushed to the user. The access token stays, and works again
   *   when the account does
   * @refused 403 ORG_MATRIX_EXPIRED_ACCOUNT
   */
  is_user_expired?(userId: string): Answer<boolean | null>;
  /** An account was made. Told after every registration that succeeded. @synapse fails the request when a module fails */
  on_user_registration?(userId: string): Answer<void>;
  /**
   * Somebody logged in.
   * @param authProviderType such as m.login.sso; null for the server's own passwords
   * @synapse fails the request when a module fails
   */
  on_user_login?(userId: string, authProviderType: string | null, authProviderId: string | null): Answer<void>;
}

/** The reply of a login before it is sent: `user_id`, `access_token`, `device_id` and the like. It may be changed. */
export type LoginResponse = Record<string, JsonValue | undefined>;

/** Who somebody is: their user id or localpart, alone or with what is to be done with the reply of the login. Nothing: the module does not know. */
export type AuthenticationResult = string | readonly [userId: string, afterLogin: ((reply: LoginResponse) => Answer<void>) | null] | null | undefined;

/**
 * Checks one login.
 * @param user what the client wrote: a localpart or a user id
 * @param fields those that were declared; a request without them is refused before
 */
export type AuthChecker = (user: string, loginType: string, fields: Readonly<Record<string, JsonValue>>) => Answer<AuthenticationResult>;

/** `registerPasswordAuthProviderCallbacks`. The account that is named must exist: `api.registerUser` makes one. */
export interface PasswordAuthProviderCallbacks {
  /**
   * Logins by type: `new Map([[['m.login.password', ['password']], check]])`, or a list of such pairs.
   * @asked at /login and wherever a user proves once more who they are, before the server's own passwords
   * @refused 403 M_FORBIDDEN, when no module and no password of the server's fits. A module that fails knows nobody
   */
  auth_checkers?: Iterable<readonly [readonly [loginType: string, fields: readonly string[]], AuthChecker]>;
  /**
   * The same for a login with an address and a password.
   * @asked at /login with a third-party identifier, before the server's own
   */
  check_3pid_auth?(medium: string, address: string, password: string): Answer<AuthenticationResult>;
  /**
   * A device or token is gone.
   * @param accessToken null where the server no longer knows it in plain text: it stores no more than its hash
   * @asked after logging out, and after devices were deleted by the user, by a new password or by the end of the account
   */
  on_logged_out?(userId: string, deviceId: string | null, accessToken: string | null): Answer<void>;
  /**
   * The localpart of a new account; nothing leaves it to the next module, and then to the request.
   * @param results what the completed stages of the registration gave
   * @asked at /register, not for guests, administrators, single sign-on and modules
   */
  get_username_for_registration?(results: JsonObject, params: JsonObject): Answer<string | null | undefined>;
  /** The display name of a new account, in the same way. */
  get_displayname_for_registration?(results: JsonObject, params: JsonObject): Answer<string | null | undefined>;
  /**
   * Whether an address may be used. True allows.
   * @param registration whether it is for a new account
   * @asked before the address is written to, at /register and when an address is added
   * @refused 403 M_THREEPID_DENIED
   */
  is_3pid_allowed?(medium: string, address: string, registration: boolean): Answer<Verdict>;
}
