import type { MailSender } from '../engine/mail/mailer.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Reader } from '../kernel/database.ts';
import type { Run } from '../kernel/operation.ts';
import { SERVER_ITSELF } from '../kernel/requester.ts';
import { finishMail } from '../operations/mail/finish-mail.ts';
import * as mails from '../store/mails.ts';
import type { QueuedMail } from '../store/mails.ts';
import type { Queue } from './queue-worker.ts';

const PAGE = 20;

/** Mails are sent; one that the mail server did not take until its time is over is forgotten. */
export const mailsQueue = (reader: Reader, run: Run, mailer: MailSender, clock: Clock): Queue<QueuedMail> => ({
  name: 'mails',
  topic: 'queue:mails',
  after: (last) => reader.read(() => mails.after(last, PAGE)),
  async work(queued) {
    const mail = await reader.read(() => mails.find(queued));
    if (mail !== undefined && mail.expiresTs > clock.now()) await mailer.send(mail);
    await run(finishMail, SERVER_ITSELF, queued);
  },
  drop: (queued) => run(finishMail, SERVER_ITSELF, queued),
});
