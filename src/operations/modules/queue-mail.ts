import { canonicalEmail } from '../../core/email-address.ts';
import { MAIL_LIFETIME } from '../../engine/mail/notices.ts';
import { invalidParam, MatrixError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as mails from '../../store/mails.ts';
import { defineOperation } from '../define.ts';

type MailWish = Pick<mails.Mail, 'recipient' | 'subject' | 'text' | 'html'>;

/** Characters of all that a mail says. */
const MAX_LENGTH = 1_000_000;

/** Lets a module write to somebody. @throws M_INVALID_PARAM; M_UNKNOWN where the server sends no mails */
export const queueMail = defineOperation({
  name: 'queue-mail',
  prepare(context, _who: Caller, wish: MailWish) {
    if (context.config.mail === undefined)
      throw new MatrixError(400, 'M_UNKNOWN', 'This server sends no mails: its configuration has no section mail');
    if (canonicalEmail(wish.recipient) === undefined) throw invalidParam(`${wish.recipient} is no mail address`);
    const length = wish.subject.length + wish.text.length + (wish.html?.length ?? 0);
    if (length > MAX_LENGTH) throw invalidParam(`A mail may have at most ${MAX_LENGTH} characters, and this one has ${length}`);
    return { ...wish, expiresTs: context.clock.now() + MAIL_LIFETIME };
  },
  *commit(mail): Work<void> {
    yield* mails.add(mail);
  },
});
