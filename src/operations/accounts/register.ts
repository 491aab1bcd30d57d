import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import {
  createAccount,
  newUserId,
  prepareAccount,
  upgradeGuest,
  userInUse,
  type AccountWish,
  type NewAccount,
  type Registered,
} from '../../engine/accounts/new-account.ts';
import { addEmail } from '../../engine/accounts/add-email.ts';
import { toldOfAdded } from '../../engine/accounts/told-of-addresses.ts';
import { mayUseAddress } from '../../engine/accounts/address-allowance.ts';
import { registrationFacts } from '../../engine/accounts/registration-facts.ts';
import { registrationFlows } from '../../engine/accounts/registration-policy.ts';
import { emailOf } from '../../engine/uia/email-stage.ts';
import { redeem, type Proof } from '../../engine/uia/proof.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Ask } from '../../kernel/operation.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as acceptedTerms from '../../store/accepted-terms.ts';
import * as registrationTokens from '../../store/registration-tokens.ts';
import * as users from '../../store/users.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

interface UserRegistration extends Pick<AccountWish, 'username' | 'password' | 'device'> {
  readonly kind: 'user';
  /** The access token of a guest who wants to keep their account. */
  readonly guestToken: string | undefined;
  readonly auth: JsonObject | undefined;
  /** The rest of the request as it came. */
  readonly request: JsonObject;
}

interface GuestRegistration {
  readonly kind: 'guest';
  readonly deviceName: string | undefined;
}

interface Draft {
  /** Undefined for a guest. */
  readonly proof: Proof | undefined;
  readonly account: NewAccount;
  /** Whether the account is there already, as that of a guest. */
  readonly isUpgrade: boolean;
}

/**
 * Makes an account, or lets a guest in: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3register
 * @throws M_INVALID_USERNAME, M_USER_IN_USE, M_WEAK_PASSWORD, M_FORBIDDEN where that kind is not let in; what a module refuses with
 */
export const register = defineOperation({
  name: 'register',
  prepare: (context, who: Caller, input: UserRegistration | GuestRegistration, ask) =>
    input.kind === 'guest' ? prepareGuest(context, who, input, ask) : prepareUser(context, who, input, ask),
  gates: ({ proof }) => ({ is_3pid_allowed: mayUseAddress('register', proof && emailOf(proof)?.address) }),
  *commit({ proof, account, isUpgrade }): Work<Registered> {
    if (proof !== undefined) yield* redeemRegistration(proof, account.user.createdTs);
    const registered = yield* isUpgrade ? upgradeGuest(account) : createAccount(account);
    const email = proof === undefined ? undefined : emailOf(proof);
    if (email !== undefined) yield* addEmail(registered.userId, email, account.user.createdTs);
    const terms = proof?.results.get('m.login.terms');
    if (typeof terms === 'string') yield* acceptedTerms.add(registered.userId, terms, account.user.createdTs);
    return registered;
  },
  listeners({ account: { user }, proof }) {
    const email = proof === undefined ? undefined : emailOf(proof);
    const added = email === undefined ? [] : [{ medium: 'email', address: email.address }];
    return { on_user_registration: [[user.userId]], ...toldOfAdded(user.userId, added) };
  },
});

async function prepareUser(context: Context, who: Caller, input: UserRegistration, ask: Ask<'register'>): Promise<Draft> {
  const { guestToken, auth, request, username, password, device } = input;
  const flows = registrationFlows(context.config, who.ip);
  const userId = newUserId(username, context.serverName);
  if (guestToken !== undefined) await requireGuest(context, who, guestToken, userId);
  else if (await context.read(() => users.exists(userId))) throw userInUse();
  const proof = await context.uia.authorise({ operation: 'register', userId: undefined, auth, request, ask: undefined, flows });
  const isUpgrade = guestToken !== undefined;
  // A guest keeps the name that they have.
  const chosen = isUpgrade ? { userId, username, displayName: undefined } : await chosenName(context, ask, proof, input);
  const wish = { ...chosen, password, device, email: emailOf(proof) };
  const account = await prepareAccount(context, who, wish, (attempt) => ask('check_registration_for_spam', attempt));
  return { proof, account, isUpgrade };
}

/** What modules want a new account to be called. @throws M_INVALID_USERNAME, M_USER_IN_USE */
async function chosenName(
  context: Context,
  ask: Ask<'register'>,
  proof: Proof,
  { request, username: wanted }: UserRegistration,
): Promise<Pick<AccountWish, 'userId' | 'username' | 'displayName'>> {
  const facts = registrationFacts(proof, request);
  const username = (await ask('get_username_for_registration', ...facts)) ?? wanted;
  const displayName = await ask('get_displayname_for_registration', ...facts);
  const userId = newUserId(username, context.serverName);
  if (username !== wanted && (await context.read(() => users.exists(userId)))) throw userInUse();
  return { userId, username, displayName };
}

/** All that a guest may choose is the name of the device: https://spec.matrix.org/v1.19/client-server-api/#guest-access */
async function prepareGuest(context: Context, who: Caller, { deviceName }: GuestRegistration, ask: Ask<'register'>): Promise<Draft> {
  if (!context.config.registration.guests) throw forbidden('This server does not let guests in; register an account');
  const userId = newUserId(undefined, context.serverName);
  const wish = { userId, username: undefined, isGuest: true, device: { displayName: deviceName } };
  const account = await prepareAccount(context, who, wish, (attempt) => ask('check_registration_for_spam', attempt));
  return { proof: undefined, account, isUpgrade: false };
}

/** A guest who registers names their own localpart. @throws M_UNKNOWN_TOKEN, M_FORBIDDEN */
async function requireGuest(context: Context, who: Caller, token: string, userId: UserId): Promise<void> {
  const guest = await context.access.requesterOf(token, who);
  if (!guest.isGuest || guest.userId !== userId) throw forbidden(`The token is not that of the guest ${userId}`);
}

function* redeemRegistration(proof: Proof, now: number): Work<void> {
  yield* redeem(proof);
  const token = proof.results.get('m.login.registration_token');
  if (typeof token === 'string' && !(yield* registrationTokens.use(token, now))) {
    throw forbidden('The registration token was used up in the meantime');
  }
}
