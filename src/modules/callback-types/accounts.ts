import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { Answer, Verdict } from './values.ts';

/** `registerAccountValidityCallbacks`. Accounts, and those who log in to them. */
export interface AccountValidityCallbacks {
  /**
   * Whether an account has expired. The access token stays, and works again when the account does.
   * @param userId whose
   * @returns true: expired; false: not, and no other module is asked; null: ask the next module. When all say null, it has not expired
   * @asked with every authenticated request, and before anything is pushed or mailed to the user
   * @exempt logging out, and asking for a mail by which the account is renewed; what the server or a module does of its own accord
   * @refused 403 ORG_MATRIX_EXPIRED_ACCOUNT
   * @synapse takes anything that counts as true in Python to mean that the account has expired, and asks at `account_status`, too
   */
  is_user_expired?(userId: string): Answer<boolean | null>;
  /**
   * A user wants a mail by which they renew their account. One module only may have it, as with the two that follow.
   * @param userId who wants it
   * @returns nothing that matters
   * @asked at `POST /_matrix/client/unstable/account_validity/send_mail`, also for an expired account
   * @exempt nobody
   * @refused 403 M_FORBIDDEN, when no module sends such mails
   * @synapse the same, without documenting it
   */
  on_legacy_send_mail?(userId: string): Answer<void>;
  /**
   * Somebody has opened the link of such a mail.
   * @param token as it stands in the link
   * @returns whether the token is valid, whether it was used before, and when the account expires (ms since the epoch)
   * @asked at `GET /_matrix/client/unstable/account_validity/renew?token=…`
   * @exempt nobody: it needs no access token
   * @refused a page that says so
   * @synapse the same, without documenting it
   */
  on_legacy_renew?(token: string): Answer<readonly [isValid: boolean, isStale: boolean, expiresTs: number]>;
  /**
   * An administrator says until when an account is valid.
   * @param request the body: `user_id`, `expiration_ts`, `enable_renewal_emails`
   * @returns when the account expires (ms since the epoch)
   * @asked at `POST /_synapse/admin/v1/account_validity/validity`
   * @exempt nobody
   * @refused 404 M_UNRECOGNIZED, when no module does it
   * @synapse hands over the whole request
   */
  on_legacy_admin_request?(request: Readonly<JsonObject>): Answer<number>;
  /**
   * An account was made.
   * @param userId the new one
   * @returns nothing that matters
   * @asked after every registration that succeeded: by clients, guests, administrators, single sign-on and modules
   * @exempt nobody
   * @refused nothing: the account is there
   * @synapse fails the request when a module fails, although the account is there
   */
  on_user_registration?(userId: string): Answer<void>;
  /**
   * Somebody logged in.
   * @param userId who
   * @param authProviderType m.login.sso, m.login.token for a token that the user has asked for, or the login type that a module takes; null for the
   *   server's own passwords
   * @param authProviderId the provider of single sign-on, as it is called in the configuration
   * @returns nothing that matters
   * @asked after every login that made a device
   * @exempt the device of a new account; those that modules make
   * @refused nothing: the device is there
   * @synapse fails the request when a module fails, and leaves the device behind
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
   * @param user what the client wrote: a localpart or a user id
   * @param loginType one of those that the module takes
   * @param fields those that it declares for the type
   * @returns the user id or localpart, alone or with what is to be called with the login's reply; null: the module does not know, and the next is asked
   * @asked at /login and wherever a user proves once more who they are, before the server's own passwords
   * @exempt users of other servers; logins by token and single sign-on
   * @refused 403 M_FORBIDDEN, when no module and no password of the server's fits, or the account is none. A module that fails knows nobody.
   *   400 M_UNKNOWN, when fields are missing
   * @synapse wants a pair for an answer; of two modules with the same type and different fields, the last one's fields hold for both
   */
  auth_checkers?: Iterable<readonly [readonly [loginType: string, fields: readonly string[]], AuthChecker]>;
  /**
   * The same for an address and a password.
   * @param medium `email` or `msisdn`
   * @param address in canonical form: mail addresses in small letters
   * @param password as it came
   * @returns as `auth_checkers`
   * @asked at /login, and wherever a user proves once more who they are, by m.login.password with a third-party identifier; before `auth_checkers`,
   *   which are then asked about the user whose address it is
   * @exempt logins that name a user
   * @refused 403 M_FORBIDDEN, when nobody knows the address with that password
   * @synapse the same
   */
  check_3pid_auth?(medium: string, address: string, password: string): Answer<AuthenticationResult>;
  /**
   * An access token has ended; called for each.
   * @param userId whose
   * @param deviceId null for a token without a device
   * @param accessToken that of the request which ends it; null for all others, of which the server stores no more than the hash
   * @returns nothing that matters
   * @asked after logging out; after devices were deleted by the user, by a new password or by the end of the account, also where an administrator
   *   sees to that; when somebody logs in with a device that another login had
   * @exempt a token that is exchanged for a new one, which logs nobody out
   * @refused nothing: the token has ended
   * @synapse hands over every token, as it stores them
   */
  on_logged_out?(userId: string, deviceId: string | null, accessToken: string | null): Answer<void>;
  /**
   * The localpart of a new account.
   * @param results what the completed stages of the registration gave; m.login.email.identity: `medium`, `address` and `validated_at`
   * @param params the request without password and tokens
   * @returns the localpart; nothing leaves it to the next module, and then to the request
   * @asked at /register, once all its stages are completed
   * @exempt guests (who keep their name when they register), administrators, single sign-on and modules
   * @refused 400 M_INVALID_USERNAME or M_USER_IN_USE, when the name is no good
   * @synapse passes over what is neither a text nor nothing
   */
  get_username_for_registration?(results: JsonObject, params: JsonObject): Answer<string | null | undefined>;
  /**
   * The display name of a new account.
   * @param results what the completed stages of the registration gave
   * @param params the request without password and tokens
   * @returns the name; nothing leaves it to the next module, and then to the localpart
   * @asked directly after `get_username_for_registration`
   * @exempt as there
   * @refused nothing: every name will do
   * @synapse passes over what is neither a text nor nothing
   */
  get_displayname_for_registration?(results: JsonObject, params: JsonObject): Answer<string | null | undefined>;
  /**
   * Whether an address may be used.
   * @param medium `email`: this server confirms no others
   * @param address in canonical form: mail addresses in small letters
   * @param registration whether it is for a new account
   * @returns true or `NOT_SPAM` allows; false or a code refuses
   * @asked before an address is written to, at /register, and when it is added to an account
   * @exempt addresses that providers of single sign-on, administrators and modules vouch for; asking for a new password
   * @refused 403 M_THREEPID_DENIED
   * @synapse takes what is no boolean to mean that it is allowed
   */
  is_3pid_allowed?(medium: string, address: string, registration: boolean): Answer<Verdict>;
}
