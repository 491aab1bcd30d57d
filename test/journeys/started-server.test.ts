import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openForgedProvider, type ForgedProvider } from '../support/forged-provider.ts';
import { ServerProcess } from '../support/server-process.ts';

/** What is loaded only when it is needed must be there in the bundle, too. */
describe('a server as it is started', function () {
  this.timeout(20_000);
  let folder: string;
  let provider: ForgedProvider;
  let server: ServerProcess;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plexus-started-'));
    provider = await openForgedProvider('matrix');
    const sso = { oidc_providers: [{ id: 'company', name: 'Company', issuer: provider.url, client_id: 'matrix' }] };
    const more = { public_baseurl: 'https://matrix.example.org', outgoing: { allow_addresses: ['127.0.0.1'] }, sso };
    const yaml = Object.entries(more).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
    server = await ServerProcess.start(folder, yaml.join(''));
  });
  after(async () => {
    await server?.stop();
    await provider?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reaches other servers', async () => {
    const reply = await fetch(`${server.url}/_matrix/client/v3/login/sso/redirect?redirectUrl=https%3A%2F%2Fapp.example.org`, { redirect: 'manual' });
    expect([reply.status, new URL(reply.headers.get('location') ?? 'x:').origin]).to.deep.equal([302, provider.url]);
  });
});
