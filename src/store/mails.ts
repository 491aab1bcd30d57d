import { execute, row, rows, wake, type Work } from '../kernel/work.ts';

/** A mail, in plain text and perhaps as a page. */
export interface Mail {
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string | null;
  /** Afterwards it is of no use to anybody (ms since the epoch). */
  readonly expiresTs: number;
  /** Where the recipient can say that they want no more mails like this. */
  readonly unsubscribeUrl?: string | null;
}

/** A mail in the queue. What it says is nobody's business but the recipient's, the log's least of all. */
export interface QueuedMail {
  readonly mailId: number;
}

/** Puts a mail into the queue. */
export function* add({ recipient, subject, text, html = null, expiresTs, unsubscribeUrl = null }: Mail): Work<void> {
  yield* execute(
    'insert into mails (recipient, subject, text, html, expires_ts, unsubscribe_url) values (?, ?, ?, ?, ?, ?)',
    recipient,
    subject,
    text,
    html,
    expiresTs,
    unsubscribeUrl,
  );
  yield* wake('queue:mails');
}

export function* find({ mailId }: QueuedMail): Work<Mail | undefined> {
  return yield* row<Mail>(
    'select recipient, subject, text, html, expires_ts as "expiresTs", unsubscribe_url as "unsubscribeUrl" from mails where mail_id = ?',
    mailId,
  );
}

/** The next ones after one of them, in the order of the queue. */
export function* after(last: QueuedMail | undefined, limit: number): Work<readonly QueuedMail[]> {
  return yield* rows<QueuedMail>(`select mail_id as "mailId" from mails where mail_id > ? order by mail_id limit ${limit}`, last?.mailId ?? 0);
}

export function* remove({ mailId }: QueuedMail): Work<void> {
  yield* execute('delete from mails where mail_id = ?', mailId);
}
