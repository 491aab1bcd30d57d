import type { Config } from '../../config/config.ts';
import { localpartOf, type ServerName, type UserId } from '../../core/identifiers.ts';
import type { Clock } from '../../kernel/clock.ts';
import { forbidden, type MatrixError } from '../../kernel/errors.ts';
import type { RegistrationAttempt } from '../../kernel/question-values.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as acceptedTerms from '../../store/accepted-terms.ts';
import * as externalIds from '../../store/external-ids.ts';
import * as loginTokens from '../../store/login-tokens.ts';
import type { SsoIdentity } from '../../store/sso-flows.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import * as users from '../../store/users.ts';
import { createAccount, newUserId, prepareAccount, type NewAccount } from '../accounts/new-account.ts';
import type { Passwords } from '../passwords.ts';
import { hashToken, newToken } from '../tokens.ts';
import type { ProviderSettings } from './identity.ts';

/** How many names with a number are tried. */
const MAX_NUMBER = 1000;

/** Which account somebody gets at: theirs, one that is there and becomes theirs, or one that is still to be made. */
export interface Arrival {
  readonly kind: 'known' | 'existing' | 'new';
  readonly userId: UserId;
}

/** @throws M_FORBIDDEN, M_INVALID_USERNAME when it is none */
export function* arrivalOf(identity: SsoIdentity, settings: ProviderSettings, server: ServerName): Work<Arrival> {
  const owner = yield* externalIds.ownerOf({ provider: settings.id, subject: identity.subject });
  if (owner !== undefined) return yield* opened('known', owner);
  if (identity.username === undefined)
    throw forbidden(`${settings.name} does not say what you are called, so that no account can be found or made for you`);
  const wanted = newUserId(identity.username, server);
  const isTaken = yield* users.exists(wanted);
  if (isTaken && settings.mapping.name_clash === 'existing') return yield* opened('existing', wanted);
  if (!settings.registration) throw forbidden(`You have no account on ${server}; ask its administrator for one`);
  if (!isTaken) return { kind: 'new', userId: wanted };
  if (settings.mapping.name_clash === 'refuse') throw nameTaken(wanted);
  for (let number = 1; number <= MAX_NUMBER; number++) {
    const userId = newUserId(`${identity.username}${number}`, server);
    if (!(yield* users.exists(userId))) return { kind: 'new', userId };
  }
  throw nameTaken(wanted);
}

function* opened(kind: 'known' | 'existing', userId: UserId): Work<Arrival> {
  const user = yield* users.find(userId);
  if (user === undefined || user.isGuest) throw nameTaken(userId);
  if (user.isDeactivated) throw forbidden(`The account ${userId} has been deactivated`);
  if (user.isLocked) throw forbidden(`The account ${userId} has been locked; ask the administrator of this server`);
  return { kind, userId };
}

const nameTaken = (userId: UserId): MatrixError => forbidden(`The account ${userId} belongs to somebody else; ask the administrator of this server`);

/** A login that is ready to be stored. */
export interface PreparedLogin {
  readonly external: externalIds.ExternalId;
  readonly userId: UserId;
  /** Undefined where there is one. */
  readonly account: NewAccount | undefined;
  readonly email: string | undefined;
  readonly terms: string | undefined;
  readonly token: string;
  readonly now: number;
  readonly expiresTs: number;
}

interface LoginServices {
  readonly clock: Clock;
  readonly config: Config;
  readonly passwords: Passwords;
}

/**
 * Asks the modules about an account that is still to be made, and makes the login token.
 * @throws what a module refuses with
 */
export async function prepareLogin(
  services: LoginServices,
  who: Caller,
  { kind, userId }: Arrival,
  { identity, settings }: { readonly identity: SsoIdentity; readonly settings: ProviderSettings },
  ask: (attempt: RegistrationAttempt) => Promise<'allow' | 'shadow_ban'>,
): Promise<PreparedLogin> {
  const { clock, config } = services;
  const now = clock.now();
  const { displayName, subject } = identity;
  const email = identity.email === undefined ? undefined : { address: identity.email, validatedTs: now };
  const wish = { userId, username: localpartOf(userId), displayName, email, authProviderId: settings.id };
  return {
    external: { provider: settings.id, subject },
    userId,
    account: kind === 'new' ? await prepareAccount(services, who, wish, ask) : undefined,
    email: kind === 'new' ? identity.email : undefined,
    terms: kind === 'new' ? config.registration.terms?.version : undefined,
    token: newToken('pll'),
    now,
    expiresTs: now + (config.sso?.login_token_lifetime ?? 0),
  };
}

/** An account that was made, with the address that came with it. */
export interface MadeAccount {
  readonly userId: UserId;
  readonly email: string | undefined;
}

/** @returns the account that was made, if one was. @throws M_USER_IN_USE, M_FORBIDDEN when somebody was faster */
export function* commitLogin(login: PreparedLogin): Work<MadeAccount | undefined> {
  const { external, userId, account, token, now, expiresTs } = login;
  const owner = yield* externalIds.ownerOf(external);
  if (owner !== undefined && owner !== userId) throw forbidden('You have logged in in another window meanwhile: begin again');
  const made = owner === undefined && account !== undefined ? yield* createFirst(login, account) : undefined;
  if (owner === undefined) yield* externalIds.add(external, userId);
  yield* loginTokens.create({ hash: hashToken(token), userId, provider: external.provider, now, expiresTs });
  return made;
}

function* createFirst({ userId, email, terms, now }: PreparedLogin, account: NewAccount): Work<MadeAccount> {
  yield* createAccount(account);
  // One that belongs to another account stays there.
  const isAdded = email !== undefined && (yield* thirdPartyIds.add(userId, { medium: 'email', address: email, validatedTs: now, addedTs: now }));
  if (terms !== undefined) yield* acceptedTerms.add(userId, terms, now);
  return { userId, email: isAdded ? email : undefined };
}
