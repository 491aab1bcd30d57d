import type { TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import type { Mailbox } from './mailbox.ts';

/**
 * Confirms a mail address as its owner does: by the button behind the link in the mail.
 * @param what it is for
 * @returns what proves it: `sid` and `client_secret`
 */
export async function confirmAddress(server: TestServer, mailbox: Mailbox, what: 'register' | 'account/3pid', email: string): Promise<Json> {
  const credentials = { client_secret: `for-${email.replaceAll(/\W/g, '-')}` };
  const path = `/_matrix/client/v3/${what}/email/requestToken`;
  const { sid } = (await server.request('POST', path, { ...credentials, email, send_attempt: 1 })) as Json;
  await server.idle();
  const link = new URL(mailbox.link());
  await fetch(server.url + link.pathname, { method: 'POST', body: link.searchParams });
  return { ...credentials, sid };
}
