import type { JsonObject } from '../../core/json.ts';
import {
  createAccount,
  newUserId,
  prepareAccount,
  userInUse,
  type AccountWish,
  type NewAccount,
  type Registered,
} from '../../engine/accounts/new-account.ts';
import { registrationFlows } from '../../engine/accounts/registration-policy.ts';
import { redeem, type Proof } from '../../engine/uia/proof.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Ask } from '../../kernel/operation.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as registrationTokens from '../../store/registration-tokens.ts';
import * as users from '../../store/users.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

interface UserRegistration extends Pick<AccountWish, 'username' | 'password' | 'device'> {
  readonly kind: 'user';
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
}

/**
 * Makes an account, or lets a guest in: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3register
 * @throws M_INVALID_USERNAME, M_USER_IN_USE, M_WEAK_PASSWORD, M_FORBIDDEN where that kind is not let in; what a module refuses with
 */
export const register = defineOperation({
  name: 'register',
  prepare: (context, who: Caller, input: UserRegistration | GuestRegistration, ask) =>
    input.kind === 'guest' ? prepareGuest(context, who, input, ask) : prepareUser(context, who, input, ask),
  *commit({ proof, account }): Work<Registered> {
    if (proof !== undefined) yield* redeemRegistration(proof, account.user.createdTs);
    return yield* createAccount(account);
  },
  listeners: ({ account }) => ({ on_user_registration: [[account.user.userId]] }),
});

async function prepareUser(context: Context, who: Caller, input: UserRegistration, ask: Ask<'register'>): Promise<Draft> {
  const { auth, request, username, password, device } = input;
  const flows = registrationFlows(context.config.registration, who.ip);
  const userId = newUserId(username, context.serverName);
  if (await context.read(() => users.exists(userId))) throw userInUse();
  const proof = await context.uia.authorise({ operation: 'register', userId: undefined, auth, request, flows });
  const wish = { userId, username, password, device };
  return { proof, account: await prepareAccount(context, who, wish, (attempt) => ask('check_registration_for_spam', attempt)) };
}

/** All that a guest may choose is the name of the device: https://spec.matrix.org/v1.19/client-server-api/#guest-access */
async function prepareGuest(context: Context, who: Caller, { deviceName }: GuestRegistration, ask: Ask<'register'>): Promise<Draft> {
  if (!context.config.registration.guests) throw forbidden('This server does not let guests in; register an account');
  const userId = newUserId(undefined, context.serverName);
  const wish = { userId, username: undefined, isGuest: true, device: { displayName: deviceName } };
  return { proof: undefined, account: await prepareAccount(context, who, wish, (attempt) => ask('check_registration_for_spam', attempt)) };
}

function* redeemRegistration(proof: Proof, now: number): Work<void> {
  yield* redeem(proof);
  const token = proof.results.get('m.login.registration_token');
  if (typeof token === 'string' && !(yield* registrationTokens.use(token, now))) {
    throw forbidden('The registration token was used up in the meantime');
  }
}
