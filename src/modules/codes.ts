/** Error codes that a module may refuse with; each is the string that clients see as `errcode`. */
export const Codes = {
  BAD_JSON: 'M_BAD_JSON',
  CONSENT_NOT_GIVEN: 'M_CONSENT_NOT_GIVEN',
  EXCLUSIVE: 'M_EXCLUSIVE',
  EXPIRED_ACCOUNT: 'ORG_MATRIX_EXPIRED_ACCOUNT',
  FORBIDDEN: 'M_FORBIDDEN',
  GUEST_ACCESS_FORBIDDEN: 'M_GUEST_ACCESS_FORBIDDEN',
  INVALID_PARAM: 'M_INVALID_PARAM',
  INVALID_USERNAME: 'M_INVALID_USERNAME',
  INVITE_BLOCKED: 'M_INVITE_BLOCKED',
  LIMIT_EXCEEDED: 'M_LIMIT_EXCEEDED',
  MISSING_PARAM: 'M_MISSING_PARAM',
  NOT_FOUND: 'M_NOT_FOUND',
  RESOURCE_LIMIT_EXCEEDED: 'M_RESOURCE_LIMIT_EXCEEDED',
  THREEPID_DENIED: 'M_THREEPID_DENIED',
  TOO_LARGE: 'M_TOO_LARGE',
  UNAUTHORIZED: 'M_UNAUTHORIZED',
  UNKNOWN: 'M_UNKNOWN',
  UNRECOGNIZED: 'M_UNRECOGNIZED',
  USER_ACCOUNT_SUSPENDED: 'M_USER_SUSPENDED',
  USER_DEACTIVATED: 'M_USER_DEACTIVATED',
  USER_IN_USE: 'M_USER_IN_USE',
  USER_LIMIT_EXCEEDED: 'M_USER_LIMIT_EXCEEDED',
  USER_LOCKED: 'M_USER_LOCKED',
  WEAK_PASSWORD: 'M_WEAK_PASSWORD',
} as const;

/** One of `Codes`, or any other code of the specification's namespace. */
export type Code = (typeof Codes)[keyof typeof Codes] | `M_${string}`;

const KNOWN: ReadonlySet<string> = new Set(Object.values(Codes));
export const isCode = (value: unknown): value is Code => typeof value === 'string' && (KNOWN.has(value) || /^M_[A-Z0-9_]+$/.test(value));

// Without `as const`, to the compiler, an async callback that returns nothing else would return any text.
/** What a deny-type callback returns when it has nothing against what is about to happen. */
export const NOT_SPAM = 'NOT_SPAM' as const;

/** What `check_registration_for_spam` answers. */
export const RegistrationBehaviour = {
  /** The account is made. */
  ALLOW: 'allow',
  /** The account is made, but nobody else will ever see what it sends. */
  SHADOW_BAN: 'shadow_ban',
  /** The registration is refused with 403 M_FORBIDDEN. */
  DENY: 'deny',
} as const;
export type RegistrationBehaviour = (typeof RegistrationBehaviour)[keyof typeof RegistrationBehaviour];

/** What `get_interested_users` answers when the user is to receive everybody's presence. */
export const PRESENCE_ALL_USERS = 'ALL';
