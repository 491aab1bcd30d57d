import { emailConfirmation, type EmailConfirmation } from '../../engine/accounts/email-confirmation.ts';
import { hashToken } from '../../engine/tokens.ts';
import type { Caller } from '../../kernel/requester.ts';
import * as validationSessions from '../../store/validation-sessions.ts';
import { defineRead } from '../define.ts';

export type { EmailConfirmation };

/** What the page says that the link in a mail leads to. It changes nothing: programs that look for bad links in mails open it, too. */
export const getEmailConfirmation = defineRead({
  name: 'get-email-confirmation',
  async prepare(context, _who: Caller, token: string): Promise<EmailConfirmation> {
    const session = await context.read(() => validationSessions.findByToken(hashToken(token), context.clock.now()));
    return emailConfirmation(session, token, context.config.mail?.next_link_hosts ?? []);
  },
});
