import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectError } from '../../src/testing/index.ts';
import { requestJson } from '../../src/testing/request.ts';
import { openForgedProvider, type ForgedProvider } from '../support/forged-provider.ts';
import { otherServer, type OtherServer } from '../support/http-server.ts';
import { openMailbox, type Mailbox } from '../support/mailbox.ts';
import { ServerProcess } from '../support/server-process.ts';

/** What is loaded only when it is needed must be there in the bundle, too. */
describe('a server as it is started', function () {
  this.timeout(20_000);
  let folder: string;
  let provider: ForgedProvider;
  let page: OtherServer;
  let mailbox: Mailbox;
  let server: ServerProcess;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plexus-started-'));
    provider = await openForgedProvider('matrix');
    page = await otherServer((_request, response) => response.setHeader('content-type', 'text/html').end('<title>Elsewhere</title>'));
    mailbox = await openMailbox();
    const mail = { host: '127.0.0.1', port: mailbox.port, security: 'none', from: 'noreply@example.org' };
    const sso = { oidc_providers: [{ id: 'company', name: 'Company', issuer: provider.url, client_id: 'matrix' }] };
    const modules = [{ module: 'plexus:room-policy', config: { names: { forbidden: ['bad*'] } } }];
    const more = { public_baseurl: 'https://matrix.example.org', outgoing: { allow_addresses: ['127.0.0.1'] }, sso, mail, modules };
    const yaml = Object.entries(more).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
    server = await ServerProcess.start(folder, yaml.join(''));
  });
  after(async () => {
    await server?.stop();
    await Promise.all([provider, page, mailbox].map((other) => other?.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  it('reaches other servers', async () => {
    const reply = await fetch(`${server.url}/_matrix/client/v3/login/sso/redirect?redirectUrl=https%3A%2F%2Fapp.example.org`, { redirect: 'manual' });
    expect([reply.status, new URL(reply.headers.get('location') ?? 'x:').origin]).to.deep.equal([302, provider.url]);
  });

  it('looks at web pages', async () => {
    const wish = { username: 'alice', password: 'secret', auth: { type: 'm.login.dummy' } };
    const { access_token: token } = (await requestJson(server.url, 'POST', '/_matrix/client/v3/register', wish)) as { access_token: string };
    const path = `/_matrix/client/v1/media/preview_url?url=${encodeURIComponent(page.url)}`;
    expect(await requestJson(server.url, 'GET', path, undefined, token)).to.deep.equal({ 'og:title': 'Elsewhere' });
  });

  it('takes the errors of the modules that ship with it for its own', async () => {
    const wish = { username: 'bob', password: 'secret', auth: { type: 'm.login.dummy' } };
    const { access_token: token } = (await requestJson(server.url, 'POST', '/_matrix/client/v3/register', wish)) as { access_token: string };
    await expectError(requestJson(server.url, 'POST', '/_matrix/client/v3/createRoom', { name: 'bad name' }, token), 403, 'M_FORBIDDEN');
  });

  it('sends mails', async () => {
    const wish = { client_secret: 'abc', email: 'carol@example.org', send_attempt: 1 };
    await requestJson(server.url, 'POST', '/_matrix/client/v3/register/email/requestToken', wish);
    for (let tries = 0; mailbox.mails.length === 0 && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(mailbox.mails[0]?.to).to.deep.equal(['carol@example.org']);
  });
});
