import { emailConfirmation, type EmailConfirmation } from '../../engine/accounts/email-confirmation.ts';
import { hashToken } from '../../engine/tokens.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as validationSessions from '../../store/validation-sessions.ts';
import { defineOperation } from '../define.ts';

/** How long the client has then to do what the address was confirmed for (ms). */
const LIFETIME = 3_600_000;

/** The owner of an address says, on the page that the link in the mail leads to, that it is theirs. */
export const confirmEmail = defineOperation({
  name: 'confirm-email',
  prepare: (context, _who: Caller, token: string) => ({ token, now: context.clock.now(), trustedHosts: context.config.mail?.next_link_hosts ?? [] }),
  *commit({ token, now, trustedHosts }): Work<EmailConfirmation> {
    const session = yield* validationSessions.findByToken(hashToken(token), now);
    const isFirst = session !== undefined && session.validatedTs === undefined;
    const confirmed = isFirst ? { ...session, validatedTs: now, expiresTs: now + LIFETIME } : session;
    if (isFirst && confirmed !== undefined) yield* validationSessions.put(confirmed);
    return emailConfirmation(confirmed, token, trustedHosts);
  },
});
