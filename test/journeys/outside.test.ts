import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestJson } from '../../src/testing/request.ts';
import { openMailbox, type Mailbox } from '../support/mailbox.ts';
import { otherServer, type OtherServer } from '../support/http-server.ts';
import { ServerProcess } from '../support/server-process.ts';

/** What the process loads only then: a build that leaves it out, or puts it together wrongly, starts all the same. */
describe('a server as it really runs reaches', () => {
  let server: ServerProcess;
  let page: OtherServer;
  let mailbox: Mailbox;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plexus-outside-'));
    mailbox = await openMailbox();
    page = await otherServer((_request, response) => response.setHeader('content-type', 'text/html').end('<title>Elsewhere</title>'));
    const mail = `mail: { host: 127.0.0.1, port: ${mailbox.port}, security: none, from: 'noreply@example.org' }`;
    server = await ServerProcess.start(folder, `public_baseurl: http://localhost/\noutgoing: { allow_addresses: [127.0.0.0/8] }\n${mail}\n`);
  });
  after(async () => {
    await server.stop();
    await Promise.all([page.close(), mailbox.close()]);
    rmSync(folder, { recursive: true });
  });

  it('web pages', async () => {
    const account = await requestJson(server.url, 'POST', '/_matrix/client/v3/register', {
      username: 'alice',
      password: 'secret',
      auth: { type: 'm.login.dummy' },
    });
    const path = `/_matrix/client/v1/media/preview_url?url=${encodeURIComponent(page.url)}`;
    const preview = await requestJson(server.url, 'GET', path, undefined, (account as { access_token: string }).access_token);
    expect(preview).to.deep.equal({ 'og:title': 'Elsewhere' });
  });

  it('the mail server', async () => {
    const wish = { client_secret: 'abc', email: 'carol@example.org', send_attempt: 1 };
    await requestJson(server.url, 'POST', '/_matrix/client/v3/register/email/requestToken', wish);
    for (let tries = 0; mailbox.mails.length === 0 && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(mailbox.mails[0]?.to).to.deep.equal(['carol@example.org']);
  });
});
