import { nearestName } from '../core/nearest-name.ts';
import type { CallbackName } from '../kernel/questions.ts';
import { ACCOUNT_VALIDITY } from './callbacks/account-validity.ts';
import { BACKGROUND_UPDATES } from './callbacks/background-updates.ts';
import type { Callback, CallbacksOf } from './callbacks/callback.ts';
import { MEDIA_STORAGE } from './callbacks/media-storage.ts';
import { PASSWORD_PROVIDERS } from './callbacks/password-providers.ts';
import { PRESENCE_ROUTER } from './callbacks/presence-router.ts';
import { ACCOUNT_DATA, MEDIA_REPOSITORY, RATELIMIT, UNSIGNED_FIELDS } from './callbacks/resources.ts';
import { SPAM_CHECKER } from './callbacks/spam-checker.ts';
import { USER_DATA } from './callbacks/user-data.ts';
import { THIRD_PARTY_RULES } from './callbacks/third-party-rules.ts';

interface CategoryRow {
  /** In a sentence. */
  readonly title: string;
  readonly callbacks: Readonly<Record<string, unknown>>;
  /** Callbacks that a module may register although this server has no occasion to ask them, with the reason. */
  readonly neverAsked?: Readonly<Record<string, string>>;
  /** Why a module that has them cannot run in shadow mode. */
  readonly neverInShadow?: string;
}

const NO_FEDERATION = 'this server does not federate yet';

/** The groups in which modules register callbacks, by the method that registers them. */
export const CATEGORIES = {
  registerSpamCheckerCallbacks: {
    title: 'spam checker',
    callbacks: SPAM_CHECKER,
    neverAsked: { should_drop_federated_event: NO_FEDERATION, federated_user_may_invite: NO_FEDERATION },
  },
  registerAccountValidityCallbacks: { title: 'account validity', callbacks: ACCOUNT_VALIDITY },
  registerThirdPartyRulesCallbacks: { title: 'third-party rules', callbacks: THIRD_PARTY_RULES },
  registerPresenceRouterCallbacks: { title: 'presence router', callbacks: PRESENCE_ROUTER },
  registerPasswordAuthProviderCallbacks: { title: 'password provider', callbacks: PASSWORD_PROVIDERS },
  registerBackgroundUpdateControllerCallbacks: {
    title: 'background update controller',
    callbacks: BACKGROUND_UPDATES,
    neverInShadow: 'what it holds up does not happen',
  },
  registerAccountDataCallbacks: { title: 'account data', callbacks: ACCOUNT_DATA },
  registerAddExtraFieldsToUnsignedClientEventCallbacks: { title: 'unsigned fields', callbacks: UNSIGNED_FIELDS },
  registerMediaRepositoryCallbacks: { title: 'media repository', callbacks: MEDIA_REPOSITORY },
  registerRatelimitCallbacks: { title: 'rate limit', callbacks: RATELIMIT },
  registerFederationCallbacks: {
    title: 'federation',
    callbacks: {},
    neverAsked: { on_event_delivered_over_federation: NO_FEDERATION },
  },
  registerUserDataCallbacks: { title: 'user data', callbacks: USER_DATA },
  registerMediaStorageCallbacks: {
    title: 'media storage',
    callbacks: MEDIA_STORAGE,
    neverInShadow: 'what a storage takes and deletes has an effect',
  },
} as const satisfies Readonly<Record<string, CategoryRow>>;

export type RegisterMethod = keyof typeof CATEGORIES;

const ALL: CallbacksOf<CallbackName> = {
  ...SPAM_CHECKER,
  ...ACCOUNT_VALIDITY,
  ...THIRD_PARTY_RULES,
  ...PRESENCE_ROUTER,
  ...PASSWORD_PROVIDERS,
  ...BACKGROUND_UPDATES,
  ...ACCOUNT_DATA,
  ...UNSIGNED_FIELDS,
  ...MEDIA_REPOSITORY,
  ...RATELIMIT,
  ...USER_DATA,
  ...MEDIA_STORAGE,
};

/** Every callback that the server asks. The types of the arguments are forgotten: they were checked where the question came in. */
export const CALLBACKS = ALL as unknown as Readonly<Record<CallbackName, Callback>>;

/** Why a module that registers these callbacks cannot run in shadow mode; undefined when it can. */
export const neverInShadow = (method: RegisterMethod): string | undefined => (CATEGORIES[method] as CategoryRow).neverInShadow;

const isCallback = (name: string): name is CallbackName => Object.hasOwn(CALLBACKS, name);

const OWNERS: ReadonlyMap<string, RegisterMethod> = new Map(
  Object.entries(CATEGORIES).flatMap(([method, { callbacks, neverAsked }]: [string, CategoryRow]) =>
    [...Object.keys(callbacks), ...Object.keys(neverAsked ?? {})].map((name) => [name, method as RegisterMethod] as const),
  ),
);

/** What to tell of a name that no callback has; undefined for one that has one. */
export function unknownCallback(name: string): string | undefined {
  if (OWNERS.has(name)) return undefined;
  const names = [...OWNERS.keys()];
  const nearest = nearestName(name, names);
  return `there is no callback ${name}${nearest === undefined ? `; there are ${names.join(', ')}` : `; did you mean ${nearest}?`}`;
}

/** A callback by its name, or why this server never asks it. */
export type NamedCallback = { readonly name: CallbackName } | { readonly neverAsked: string };

/**
 * Checks a name that a module registers a callback under.
 * @throws Error that names the nearest callback, or the group to which it belongs
 */
export function callbackNamed(name: string, method: RegisterMethod): NamedCallback {
  const owner = OWNERS.get(name);
  if (owner === undefined) throw new Error(unknownCallback(name));
  if (owner !== method) {
    throw new Error(`${name} is no ${CATEGORIES[method].title} callback: it belongs to the ${CATEGORIES[owner].title} callbacks (${owner})`);
  }
  if (isCallback(name)) return { name };
  const { neverAsked }: CategoryRow = CATEGORIES[owner];
  return { neverAsked: neverAsked?.[name] ?? '' };
}
