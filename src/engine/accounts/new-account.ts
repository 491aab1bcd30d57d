import { randomInt } from 'node:crypto';
import type { Config } from '../../config/config.ts';
import { isLocalpart, isUserId, localpartOf, userIdOf, type ServerName, type UserId } from '../../core/identifiers.ts';
import type { Clock } from '../../kernel/clock.ts';
import { MatrixError } from '../../kernel/errors.ts';
import type { RegistrationAttempt } from '../../kernel/question-values.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as profiles from '../../store/profiles.ts';
import * as users from '../../store/users.ts';
import type { Passwords } from '../passwords.ts';
import { newSession, openSession, type DeviceSession, type DeviceWish, type NewSession } from './device-session.ts';
import type { ValidatedAddress } from './validated-address.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const GENERATED_LENGTH = 12;

/** What a new account is to be. */
export interface AccountWish {
  readonly userId: UserId;
  /** As it was asked for; undefined when the server chose the name. */
  readonly username: string | undefined;
  /** Without one nobody can log in by password. */
  readonly password?: string | undefined;
  readonly isGuest?: boolean | undefined;
  readonly isAdmin?: boolean | undefined;
  /** What the account is for, e.g. `bot`. */
  readonly userType?: string | undefined;
  readonly displayName?: string | undefined;
  /** Undefined when the owner has confirmed none. */
  readonly email?: Pick<ValidatedAddress, 'address' | 'validatedTs'> | undefined;
  /** Who sent them here: a provider of identities, as it is called in the configuration. */
  readonly authProviderId?: string | undefined;
  /** The first device; without it nobody is logged in. */
  readonly device?: DeviceWish | undefined;
}

/** An account that is ready to be stored. */
export interface NewAccount {
  readonly user: users.NewUser;
  readonly displayName: string | undefined;
  readonly session: NewSession | undefined;
}

export interface Registered {
  readonly userId: UserId;
  /** Undefined when nobody was logged in. */
  readonly session: DeviceSession | undefined;
}

interface AccountServices {
  readonly clock: Clock;
  readonly config: Config;
  readonly passwords: Passwords;
}

/**
 * The id of a new account. Capitals become small: people type their name as they write it.
 * @param localpart the server chooses one when it is undefined
 * @throws M_INVALID_USERNAME
 */
export function newUserId(localpart: string | undefined, server: ServerName): UserId {
  const name = localpart?.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()) ?? generateLocalpart();
  const userId = userIdOf(name, server);
  if (!isLocalpart(name)) {
    throw new MatrixError(400, 'M_INVALID_USERNAME', 'A user name may have letters a-z, digits and the characters . _ = - / +');
  }
  if (!isUserId(userId)) throw new MatrixError(400, 'M_INVALID_USERNAME', 'This user name is too long');
  return userId;
}

export const userInUse = (): MatrixError => new MatrixError(400, 'M_USER_IN_USE', 'This user name is taken');

/** The account that server notices come from is nobody's. @throws M_USER_IN_USE */
export function refuseReserved(userId: UserId, { server_notices: notices }: Config): void {
  if (localpartOf(userId) === notices?.localpart) throw userInUse();
}

type AskAboutAccount = (attempt: RegistrationAttempt) => Promise<'allow' | 'shadow_ban'>;

/**
 * Asks the modules about somebody's new account, and makes it ready.
 * @param ask puts `check_registration_for_spam`; throws when it is refused
 * @throws M_USER_IN_USE for a name that is reserved; M_WEAK_PASSWORD, M_INVALID_PARAM, M_LIMIT_EXCEEDED
 */
export async function prepareAccount(services: AccountServices, who: Caller, wish: AccountWish, ask: AskAboutAccount): Promise<NewAccount> {
  refuseReserved(wish.userId, services.config);
  return prepareAnyAccount(services, who, wish, ask);
}

/** The same for whatever name, those that the server reserves for itself among them. */
export async function prepareAnyAccount(
  { clock, config, passwords }: AccountServices,
  who: Caller,
  wish: AccountWish,
  ask: AskAboutAccount,
): Promise<NewAccount> {
  const { userId, username, password, email, device, authProviderId } = wish;
  const emailThreepid = email === undefined ? undefined : { medium: 'email' as const, address: email.address, validatedAt: email.validatedTs };
  const verdict = await ask({ emailThreepid, username, requestInfo: [[who.userAgent, who.ip]], authProviderId });
  const now = clock.now();
  const user = {
    userId,
    passwordHash: password === undefined ? undefined : await passwords.hash(password),
    isGuest: wish.isGuest ?? false,
    isAdmin: wish.isAdmin ?? false,
    isShadowBanned: verdict === 'shadow_ban',
    userType: wish.userType,
    createdTs: now,
  };
  const session = device === undefined ? undefined : newSession(device, who, now, config.tokens.refreshable_access_lifetime);
  return { user, displayName: wish.displayName, session };
}

/** @throws M_USER_IN_USE, also when the user is deactivated: an id is given out once */
export function* createAccount(account: NewAccount): Work<Registered> {
  const { user, displayName } = account;
  const isNew = yield* users.create(user);
  if (!isNew) throw userInUse();
  if (displayName !== undefined) yield* profiles.put(user.userId, 'displayname', displayName);
  return yield* logInFirst(account);
}

/** Makes a guest's account a full one. @throws M_USER_IN_USE when it is no guest's any more */
export function* upgradeGuest(account: NewAccount): Work<Registered> {
  const isUpgraded = yield* users.upgradeGuest(account.user);
  if (!isUpgraded) throw userInUse();
  return yield* logInFirst(account);
}

function* logInFirst({ user, session }: NewAccount): Work<Registered> {
  if (session !== undefined) yield* openSession(user.userId, session);
  return { userId: user.userId, session: session?.session };
}

const generateLocalpart = (): string => Array.from({ length: GENERATED_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
