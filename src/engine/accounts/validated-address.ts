import { createHash } from 'node:crypto';
import { MatrixError } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as validationSessions from '../../store/validation-sessions.ts';
import type { Purpose } from '../../store/validation-sessions.ts';

/** How a client names the session in which an address was confirmed. */
export interface ValidationCredentials {
  readonly sid: string;
  readonly clientSecret: string;
}

/** An address that its owner has confirmed, for one purpose. */
export interface ValidatedAddress {
  readonly sid: string;
  readonly address: string;
  /** Milliseconds since the epoch. */
  readonly validatedTs: number;
}

/** How a client's secret is stored. */
export const hashClientSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Whether an address is, or was, to be confirmed by a mail of this server, whatever came of it. */
export function* isSessionHere({ sid, clientSecret }: ValidationCredentials, now: number): Work<boolean> {
  return (yield* validationSessions.find(sid, now))?.clientSecretHash === hashClientSecret(clientSecret);
}

/** @throws M_THREEPID_AUTH_FAILED when there is no such session, or the address was not confirmed in it (yet) */
export function* findValidated({ sid, clientSecret }: ValidationCredentials, purpose: Purpose, now: number): Work<ValidatedAddress> {
  const session = yield* validationSessions.find(sid, now);
  const isTheirs = session?.clientSecretHash === hashClientSecret(clientSecret) && session.purpose === purpose;
  if (session?.validatedTs === undefined || !isTheirs) {
    throw new MatrixError(400, 'M_THREEPID_AUTH_FAILED', 'The address is not confirmed: open the link in the mail that was sent to it');
  }
  return { sid, address: session.address, validatedTs: session.validatedTs };
}

/** Uses up what was confirmed. @throws M_THREEPID_AUTH_FAILED when somebody was faster */
export function* redeemValidated({ sid }: Pick<ValidatedAddress, 'sid'>): Work<void> {
  const isFirst = yield* validationSessions.redeem(sid);
  if (!isFirst) throw new MatrixError(400, 'M_THREEPID_AUTH_FAILED', 'This confirmation was used already or has expired: ask for a new mail');
}

export const addressInUse = (): MatrixError => new MatrixError(400, 'M_THREEPID_IN_USE', 'The address belongs to another account');
