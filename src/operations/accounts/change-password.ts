import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { closeSessions } from '../../engine/accounts/close-sessions.ts';
import { loggedOut } from '../../engine/accounts/logged-out.ts';
import { redeemValidated } from '../../engine/accounts/validated-address.ts';
import { notifying, tellOwner, type Notifying } from '../../engine/mail/notices.ts';
import { emailOf } from '../../engine/uia/email-stage.ts';
import { redeem, type Proof } from '../../engine/uia/proof.ts';
import { forbidden, MatrixError } from '../../kernel/errors.ts';
import { isRequester, type Caller, type Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import type { EndedToken } from '../../store/access-tokens.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import * as users from '../../store/users.ts';
import { defineOperation } from '../define.ts';

interface PasswordChange {
  readonly newPassword: string;
  /** Whether the user is logged out on all other devices. */
  readonly logoutDevices: boolean;
  readonly auth: JsonObject | undefined;
  readonly request: JsonObject;
}

interface Draft {
  readonly proof: Proof;
  readonly userId: UserId;
  /** Who stays logged in; undefined for somebody who has forgotten the password. */
  readonly requester: Requester | undefined;
  readonly logoutDevices: boolean;
  readonly passwordHash: string;
  readonly notifying: Notifying | undefined;
}

/**
 * Sets a new password, for whoever knows the old one or, without an access token, has confirmed a mail address of the account:
 * https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpassword
 * @throws M_FORBIDDEN where the server keeps no passwords, M_WEAK_PASSWORD, M_INVALID_PARAM, M_THREEPID_NOT_FOUND
 */
export const changePassword = defineOperation({
  name: 'change-password',
  async prepare(context, who: Caller, { newPassword, logoutDevices, auth, request }: PasswordChange, ask): Promise<Draft> {
    if (!context.config.passwords.enabled) throw forbidden('This server keeps no passwords: change yours where you have it');
    const requester = isRequester(who) ? who : undefined;
    if (requester === undefined && context.config.mail === undefined) throw noToken();
    const flows = requester === undefined ? [['m.login.email.identity']] : undefined;
    const proof = await context.uia.authorise({ operation: 'change-password', userId: requester?.userId, auth, request, ask, flows });
    const userId = requester?.userId ?? (await context.read(() => ownerOfEmail(proof)));
    return { proof, userId, requester, logoutDevices, passwordHash: await context.passwords.hash(newPassword), notifying: notifying(context) };
  },
  *commit({ proof, userId, requester, logoutDevices, passwordHash, notifying: by }): Work<readonly EndedToken[]> {
    yield* redeem(proof);
    const email = emailOf(proof);
    if (email !== undefined) yield* redeemValidated(email);
    yield* users.setPassword(userId, passwordHash);
    const ended = logoutDevices ? yield* closeSessions(userId, requester) : [];
    yield* tellOwner(by, userId, { kind: 'password-changed' });
    return ended;
  },
  listeners: (_draft, ended) => ({ on_logged_out: loggedOut(ended) }),
});

function* ownerOfEmail(proof: Proof): Work<UserId> {
  const owner = yield* thirdPartyIds.ownerOf('email', emailOf(proof)?.address ?? '');
  if (owner === undefined) throw new MatrixError(400, 'M_THREEPID_NOT_FOUND', 'No account has this address any more');
  return owner;
}

const noToken = (): MatrixError =>
  new MatrixError(401, 'M_MISSING_TOKEN', 'Log in first: this server cannot send mails to those who have forgotten their password');
