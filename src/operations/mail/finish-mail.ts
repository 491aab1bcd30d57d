import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as mails from '../../store/mails.ts';
import { defineOperation } from '../define.ts';

/** Takes a mail out of the queue, sent or not. */
export const finishMail = defineOperation({
  name: 'finish-mail',
  prepare: (_context, _who: Caller, mail: mails.QueuedMail) => mail,
  *commit(mail): Work<void> {
    yield* mails.remove(mail);
  },
});
