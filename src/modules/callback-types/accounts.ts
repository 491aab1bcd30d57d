import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { Answer, Verdict } from './values.ts';

/** `registerAccountValidityCallbacks`. */
export interface AccountValidityCallbacks {
  /**
   * Whether an account has expired. True: expired; false: not, and no other module is asked; null: ask the next module.
   * @asked with every authenticated request but logging out and asking for a mail by which the account is renewed, and before anything is pushed to the user. The access token stays, and works again
   *   when the account does
   * @refused 403 ORG_MATRIX_EXPIRED_ACCOUNT
   */
  is_user_expired?(userId: string): Answer<boolean | null>;
  /**
   * A user wants a mail by which they renew their account. One module only may have it, as with the two that follow.
   * @asked at POST /_matrix/client/unstable/account_validity/send_mail, also for an expired account
   * @refused 403 M_FORBIDDEN, when no module sends such mails
   */
  on_legacy_send_mail?(userId: string): Answer<void>;
  /**
   * Somebody has opened the link of such a mail. Its answer: whether the token is valid, whether it was used before, and when the account expires
   * (ms since the epoch).
   * @asked at GET /_matrix/client/unstable/account_validity/renew?token=…, which shows a page
   */
  on_legacy_renew?(token: string): Answer<readonly [isValid: boolean, isStale: boolean, expiresTs: number]>;
  /**
   * An administrator says until when an account is valid. Its answer is when it expires (ms since the epoch).
   * @param request the body: `user_id`, `expiration_ts`, `enable_renewal_emails`
   * @asked at POST /_synapse/admin/v1/account_validity/validity
   * @refused 404 M_UNRECOGNIZED, when no module does it
   * @synapse hands over the whole request
   */
  on_legacy_admin_request?(request: Readonly<JsonObject>): Answer<number>;
  /** An account was made. Told after every registration that succeeded. @synapse fails the request when a module fails */
  on_user_registration?(userId: string): Answer<void>;
  /**
   * Somebody logged in.
   * @param authProviderType m.login.sso, m.login.token for a token that the user has asked for, or the login type that a module takes; null for the
   *   server's own passwords
   * @param authProviderId the provider of single sign-on, as it is called in the configuration
   * @asked after every login that made a device; not for the device of a new account, nor for those that modules make
   * @synapse fails the request when a module fails
   */
  on_user_login?(userId: string, authProviderType: string | null, authProviderId: string | null): Answer<void>;
}

/** The reply of a login before it is sent: `user_id`, `access_token`, `device_id` and the like. It may be changed. */
export type LoginResponse = Record<string, JsonValue | undefined>;

/**
 * Who somebody is: their user id or localpart, alone or with what is to be done with the reply of the login (nothing calls it where a user only
 * proves once more who they are; where it fails, the reply stays as it was). Nothing: the module does not know.
 */
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
   * @asked at /login and wherever a user proves once more who they are, before the server's own passwords; not about users of other servers
   * @refused 403 M_FORBIDDEN, when no module and no password of the server's fits, or the account is none. A module that fails knows nobody.
   *   400 M_UNKNOWN, when fields are missing
   */
  auth_checkers?: Iterable<readonly [readonly [loginType: string, fields: readonly string[]], AuthChecker]>;
  /**
   * The same for an address and a password.
   * @asked at /login, and wherever a user proves once more who they are, by m.login.password with a third-party identifier; before `auth_checkers`,
   *   which are then asked about the user whose address it is
   */
  check_3pid_auth?(medium: string, address: string, password: string): Answer<AuthenticationResult>;
  /**
   * An access token has ended; called for each.
   * @param deviceId null for a token without a device
   * @param accessToken that of the request which ends it; null for all others, of which the server stores no more than the hash
   * @asked after logging out; after devices were deleted by the user, by a new password or by the end of the account; when somebody logs in with
   *   a device that another login had. Not when a token is exchanged for a new one, which logs nobody out
   */
  on_logged_out?(userId: string, deviceId: string | null, accessToken: string | null): Answer<void>;
  /**
   * The localpart of a new account; nothing leaves it to the next module, and then to the request.
   * @param results what the completed stages of the registration gave; m.login.email.identity: `medium`, `address` and `validated_at`
   * @param params the request without password and tokens
   * @asked at /register, once all its stages are completed; not for guests (who keep their name when they register), administrators, single
   *   sign-on and modules
   */
  get_username_for_registration?(results: JsonObject, params: JsonObject): Answer<string | null | undefined>;
  /** The display name of a new account, in the same way. */
  get_displayname_for_registration?(results: JsonObject, params: JsonObject): Answer<string | null | undefined>;
  /**
   * Whether an address may be used. True allows.
   * @param registration whether it is for a new account
   * @asked about mail addresses (this server confirms no others): before one is written to, at /register, and when it is added to an account.
   *   Not about those that providers of single sign-on and modules vouch for, nor when somebody asks for a new password
   * @refused 403 M_THREEPID_DENIED
   */
  is_3pid_allowed?(medium: string, address: string, registration: boolean): Answer<Verdict>;
}
