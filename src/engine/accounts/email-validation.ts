import { randomBytes } from 'node:crypto';
import type { Config, RateLimitClass } from '../../config/config.ts';
import { canonicalEmail } from '../../core/email-address.ts';
import type { ServerName } from '../../core/identifiers.ts';
import type { Clock } from '../../kernel/clock.ts';
import { invalidParam, MatrixError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as mails from '../../store/mails.ts';
import * as thirdPartyIds from '../../store/third-party-ids.ts';
import * as validationSessions from '../../store/validation-sessions.ts';
import type { Purpose, ValidationSession } from '../../store/validation-sessions.ts';
import { confirmation, nothingToConfirm } from '../mail/messages.ts';
import type { RateLimits } from '../rate-limits.ts';
import { hashToken, newToken } from '../tokens.ts';
import { registrationFlows } from './registration-policy.ts';
import { hashClientSecret } from './validated-address.ts';

/** How long there is to open the link (ms). */
const LIFETIME = 3_600_000;
const CLIENT_SECRET = /^[0-9a-zA-Z.=_-]{1,255}$/;
/** Characters; longer ones are no links. */
const MAX_LINK = 2048;

/** Somebody wants an address to be confirmed. */
export interface ValidationRequest {
  readonly purpose: Purpose;
  readonly email: string;
  readonly clientSecret: string;
  readonly sendAttempt: number;
  readonly nextLink: string | undefined;
}

/** A mail that is ready to be queued. */
export interface PreparedValidation {
  readonly session: Omit<ValidationSession, 'sid' | 'tokenHash' | 'expiresTs'>;
  readonly sid: string;
  readonly token: string;
  readonly link: string;
  readonly serverName: ServerName;
  readonly now: number;
}

interface ValidationServices {
  readonly config: Config;
  readonly clock: Clock;
  readonly limits: RateLimits<RateLimitClass>;
  readonly serverName: ServerName;
}

/** @throws M_INVALID_PARAM, M_LIMIT_EXCEEDED, M_THREEPID_MEDIUM_NOT_SUPPORTED where no mail can be sent, M_FORBIDDEN where nobody may register */
export function prepareValidation(services: ValidationServices, who: Caller, request: ValidationRequest): PreparedValidation {
  const { config, clock, limits, serverName } = services;
  const { purpose, email, clientSecret, sendAttempt, nextLink } = request;
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
}

/**
 * Queues the mail. Whether the address belongs to an account is told in it alone, so that nobody else finds out.
 * @returns the session's id
 */
export function* beginValidation({ session, sid, token, link, serverName, now }: PreparedValidation): Work<string> {
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
}

const isWebAddress = (link: string): boolean => link.length <= MAX_LINK && URL.canParse(link) && /^https?:$/.test(new URL(link).protocol);
