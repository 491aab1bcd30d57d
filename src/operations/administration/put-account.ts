import { isLocalpart, localpartOf, type UserId } from '../../core/identifiers.ts';
import type { JsonValue } from '../../core/json.ts';
import { accountDetails, type AccountDetails } from '../../engine/accounts/account-details.ts';
import { addressesWithout, changeAccount, type AccountChange, type AccountChanged } from '../../engine/accounts/account-change.ts';
import { checkIsOurs } from '../../engine/accounts/administered-user.ts';
import { loggedOut } from '../../engine/accounts/logged-out.ts';
import { createAccount, prepareAccount, type NewAccount } from '../../engine/accounts/new-account.ts';
import { toEmailAddress } from '../../engine/accounts/third-party-identifier.ts';
import { toldOfAdded, toldOfRemoved } from '../../engine/accounts/told-of-addresses.ts';
import { noteUnbound, tryToUnbind, unbindingOfAll, unbindingOfSome, type Unbinding } from '../../engine/identity/unbinding.ts';
import { notifying, type Notifying } from '../../engine/mail/notices.ts';
import { checkFieldValue } from '../../engine/profiles/profile-field.ts';
import { toldOfProfile } from '../../engine/profiles/told-of-profile.ts';
import { forbidden, invalidParam, MatrixError } from '../../kernel/errors.ts';
import type { Ask } from '../../kernel/operation.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import * as users from '../../store/users.ts';
import type { User } from '../../store/users.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

/** What an account is to be; what is undefined stays as it is, or as new accounts are. */
interface AccountWish extends Pick<AccountChange, 'isAdmin' | 'isLocked' | 'isDeactivated' | 'userType' | 'externalIds' | 'addresses'> {
  readonly userId: UserId;
  readonly password: string | undefined;
  /** Whether whoever is logged in is logged out where the password changes. */
  readonly logoutDevices: boolean;
  /** Empty: none. */
  readonly displayName: string | undefined;
  readonly avatarUrl: string | undefined;
}

interface Draft {
  readonly who: Requester;
  readonly userId: UserId;
  /** Undefined where the account is there already. */
  readonly account: NewAccount | undefined;
  readonly isEnding: boolean;
  readonly change: AccountChange;
  readonly unbinding: Unbinding;
  readonly notifying: Notifying | undefined;
  readonly now: number;
}

interface PutAccount extends AccountChanged {
  readonly details: AccountDetails;
  readonly isNew: boolean;
}

/**
 * Makes an account, or changes one, as an administrator wants it.
 * @throws M_INVALID_PARAM for a user of another server and where wishes contradict each other; M_FORBIDDEN for what would lock the
 *   administrator out, or another one; M_INVALID_USERNAME, M_WEAK_PASSWORD, M_THREEPID_IN_USE; what a module refuses with
 */
export const putAccount = defineOperation({
  name: 'put-account',
  async prepare(context, who: Requester, wish: AccountWish, ask): Promise<Draft> {
    const { userId } = wish;
    checkIsOurs(userId, context.serverName);
    if (wish.password !== undefined && !context.config.passwords.enabled) throw forbidden('This server keeps no passwords');
    const user = await context.read(() => users.find(userId));
    checkWish(wish, user, who);
    const change = changeOf(wish, who);
    const account = user === undefined ? await newAccount(context, who, wish, ask) : undefined;
    const passwordHash = account !== undefined || wish.password === undefined ? undefined : await context.passwords.hash(wish.password);
    const isEnding = change.isDeactivated === true && user?.isDeactivated !== true;
    const unbinding = await context.read(() => (isEnding ? unbindingOfAll(userId, undefined) : unbindingOfRemoved(userId, change)));
    const draft = { who, userId, account, isEnding, unbinding, notifying: notifying(context), now: context.clock.now() };
    return { ...draft, change: { ...change, passwordHash } };
  },
  gates: ({ isEnding, userId }) => ({ check_can_deactivate_user: isEnding ? [[userId, true]] : [] }),
  arrange: async (context, draft) => ({ ...draft, unbinding: await tryToUnbind(context.identityServers, context.log, draft.unbinding) }),
  *commit({ userId, account, change, unbinding, notifying: by, now }): Work<PutAccount> {
    if (account !== undefined) yield* createAccount(account);
    yield* noteUnbound(unbinding);
    const user = yield* users.find(userId);
    if (user === undefined) throw new Error('The account has gone');
    const changed = yield* changeAccount(user, change, by, now);
    const details = yield* accountDetails(userId);
    if (details === undefined) throw new Error('The account has gone');
    return { ...changed, details, isNew: account !== undefined };
  },
  listeners: ({ who, userId }, { isNew, ended, added, removed, profile, isDeactivated }) => ({
    on_user_registration: isNew ? [[userId]] : [],
    on_logged_out: loggedOut(ended),
    ...toldOfAdded(userId, added),
    ...toldOfRemoved(userId, removed),
    ...toldOfProfile(userId, isNew ? undefined : profile, who),
    on_user_deactivation_status_changed: isDeactivated === undefined ? [] : [[userId, isDeactivated, true]],
  }),
});

function checkWish({ userId, isAdmin, isLocked, isDeactivated }: AccountWish, user: User | undefined, who: Requester): void {
  if (user === undefined && !isLocalpart(localpartOf(userId))) {
    throw new MatrixError(400, 'M_INVALID_USERNAME', 'A user name may have letters a-z, digits and the characters . _ = - / +');
  }
  if (isLocked === true && isDeactivated === true) throw invalidParam('An account cannot be locked and deactivated at the same time');
  if (userId === who.userId && (isAdmin === false || isLocked === true)) throw forbidden('You cannot do this to your own account');
  if (isLocked === true && user?.isAdmin === true && isAdmin !== false) throw forbidden(`${userId} is an administrator too`);
}

const newAccount = (context: Context, who: Requester, wish: AccountWish, ask: Ask<'put-account'>): Promise<NewAccount> => {
  const { userId, password, displayName, isAdmin, userType } = wish;
  const [email] = (wish.addresses ?? []).filter(({ medium }) => medium === 'email').map(({ address }) => toEmailAddress(address));
  const account = {
    userId,
    username: localpartOf(userId),
    password,
    displayName: displayName === '' ? undefined : displayName,
    isAdmin,
    userType: userType ?? undefined,
    email: email === undefined ? undefined : { address: email, validatedTs: context.clock.now() },
  };
  return prepareAccount(context, who, account, (attempt) => ask('check_registration_for_spam', attempt));
};

/** @throws M_INVALID_PARAM */
function changeOf(wish: AccountWish, who: Requester): Omit<AccountChange, 'passwordHash'> {
  const { displayName, avatarUrl, addresses, isAdmin, isLocked, isDeactivated, userType, externalIds } = wish;
  const profile = new Map<string, JsonValue | undefined>();
  if (displayName !== undefined) profile.set('displayname', checkFieldValue('displayname', displayName));
  if (avatarUrl !== undefined) profile.set('avatar_url', checkFieldValue('avatar_url', avatarUrl));
  const canonical = addresses?.map(({ medium, address }) => ({ medium, address: medium === 'email' ? toEmailAddress(address) : address }));
  const unique = canonical && [...new Map(canonical.map((each) => [`${each.medium} ${each.address}`, each])).values()];
  const stays = wish.userId === who.userId ? who : undefined;
  const loggedInStays = wish.logoutDevices ? stays : ('all' as const);
  return { isAdmin, isLocked, isDeactivated, userType, externalIds, profile, addresses: unique, loggedInStays };
}

/** The identity servers where addresses are bound that the account is to have no more. */
function* unbindingOfRemoved(userId: UserId, { addresses }: Pick<AccountChange, 'addresses'>): Work<Unbinding> {
  const removed = addresses === undefined ? [] : addressesWithout(yield* thirdPartyIds.listFor(userId), addresses);
  return yield* unbindingOfSome(userId, removed);
}
