import { randomBytes } from 'node:crypto';
import { canonicalEmail } from '../../core/email-address.ts';
import { registrationFlows } from '../../engine/accounts/registration-policy.ts';
import { hashClientSecret } from '../../engine/accounts/validated-address.ts';
import { confirmation, nothingToConfirm } from '../../engine/mail/messages.ts';
import { hashToken, newToken } from '../../engine/tokens.ts';
import { invalidParam, MatrixError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as mails from '../../store/mails.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import * as validationSessions from '../../store/validation-sessions.ts';
import type { Purpose } from '../../store/validation-sessions.ts';
import { defineOperation } from '../define.ts';

/** How long there is to open the link (ms). */
const LIFETIME = 3_600_000;
const CLIENT_SECRET = /^[0-9a-zA-Z.=_-]{1,255}$/;
/** Characters; longer ones are no links. */
const MAX_LINK = 2048;

interface Asked {
  readonly purpose: Purpose;
  readonly email: string;
  readonly clientSecret: string;
  readonly sendAttempt: number;
  readonly nextLink: string | undefined;
}

/**
 * Sends a mail with a link by which the owner of an address confirms it. Whether the address belongs to an account is told in the mail
 * alone, so that nobody else finds out: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3registeremailrequesttoken
 * @throws M_INVALID_PARAM, M_LIMIT_EXCEEDED, M_THREEPID_MEDIUM_NOT_SUPPORTED where no mail can be sent, M_FORBIDDEN where nobody may register
 */
export const requestEmailToken = defineOperation({
  name: 'request-email-token',
  prepare(context, who: Caller, { purpose, email, clientSecret, sendAttempt, nextLink }: Asked) {
    const { config, clock, limits, serverName } = context;
    if (config.mail === undefined) throw new MatrixError(400, 'M_THREEPID_MEDIUM_NOT_SUPPORTED', 'This server does not send mails');
    if (purpose === 'register') registrationFlows(config, who.ip);
    const address = canonicalEmail(email);
    if (address === undefined) throw invalidParam('This is not a mail address');
    if (!CLIENT_SECRET.test(clientSecret)) throw invalidParam('A client_secret has 1 to 255 of the characters 0-9 a-z A-Z . = _ -');
    if (nextLink !== undefined && !isWebAddress(nextLink)) throw invalidParam('The next_link must be an http or https address');
    limits.require('mail', address);
    const token = newToken('plv');
    const link = `${config.public_baseurl ?? ''}/_plexus/client/email/submit_token?token=${token}`;
    const session = { purpose, address, clientSecretHash: hashClientSecret(clientSecret), sendAttempt, nextLink, validatedTs: undefined };
    return { session, sid: randomBytes(16).toString('hex'), token, link, serverName, now: clock.now() };
  },
  *commit({ session, sid, token, link, serverName, now }): Work<string> {
    yield* validationSessions.removeExpired(now);
    const before = yield* validationSessions.findSame(session);
    if (before !== undefined && before.sendAttempt >= session.sendAttempt) return before.sid;
    const { purpose, address } = session;
    const owner = yield* thirdPartyIds.ownerOf('email', address);
    const isConfirmable = (owner !== undefined) === (purpose === 'password');
    const expiresTs = now + LIFETIME;
    const current = { ...session, sid: before?.sid ?? sid, tokenHash: isConfirmable ? hashToken(token) : undefined, expiresTs };
    yield* validationSessions.put(current);
    const message = isConfirmable ? confirmation(purpose, serverName, link) : nothingToConfirm(purpose, serverName);
    yield* mails.add({ recipient: address, ...message, expiresTs });
    return current.sid;
  },
});

const isWebAddress = (link: string): boolean => link.length <= MAX_LINK && URL.canParse(link) && /^https?:$/.test(new URL(link).protocol);
