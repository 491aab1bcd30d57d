import { expect } from 'chai';
import { boot, type TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { CookieBrowser, type Page } from '../support/cookie-browser.ts';
import { openForgedProvider, type ForgedProvider, type Forgery } from '../support/forged-provider.ts';
import { freePort } from '../support/free-port.ts';
import { expectPage } from '../support/sso-walk.ts';

const HOUR = 3_600_000;

describe('a provider of single sign-on', () => {
  let forged: ForgedProvider;
  let server: TestServer;
  let base: string;
  beforeEach(async () => (forged = await openForgedProvider('matrix')));
  afterEach(async () => {
    await server.close();
    await forged.close();
  });

  const start = async (provider: Json = {}, config: Json = {}): Promise<void> => {
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    server = await boot({
      clock: 'fake',
      config: {
        public_baseurl: base,
        listeners: [{ port, bind_addresses: ['127.0.0.1'] }],
        outgoing: { allow_addresses: ['127.0.0.1'] },
        sso: { oidc_providers: [{ id: 'forged', name: 'Forged', issuer: forged.url, client_id: 'matrix', client_secret: 'secret', ...provider }] },
        ...config,
      },
    });
  };
  const logIn = (): Promise<Page> =>
    new CookieBrowser([base, forged.url]).open(`${base}/_matrix/client/v3/login/sso/redirect?redirectUrl=https%3A%2F%2Fapp.example.org`);
  const expectIncident = (page: Page): void => {
    expectPage(page, 502, 'Forged cannot be reached');
    expect(page.text).to.match(/incident [0-9a-f]{8}/);
  };

  it('is believed when all is right', async () => {
    await start();
    expectPage(await logIn(), 200, '@alice:localhost');
  });

  const ago = (seconds: number): Forgery => ({ claims: (now) => ({ iat: now - seconds - 60, exp: now - seconds }) });
  const LIES: Readonly<Record<string, Forgery>> = {
    'the nonce of another login': { claims: () => ({ nonce: 'another' }) },
    'no nonce': { claims: () => ({ nonce: undefined }) },
    'another issuer': { claims: () => ({ iss: 'https://evil.example.org' }) },
    'a token for another client': { claims: () => ({ aud: 'other' }) },
    'a token that has expired': ago(60),
    'a token from the future': { claims: (now) => ({ nbf: now + 60 }) },
    'no subject': { claims: () => ({ sub: undefined }) },
    'a token without signature': { header: { alg: 'none' } },
    'a token signed by somebody else': { wrongKey: true },
    'a token signed with the client’s secret, it says': { header: { alg: 'HS256' } },
    'userinfo of another person': { userinfo: { sub: '2' } },
    'another issuer in the address': { reply: { iss: 'https://evil.example.org' } },
    'another issuer than the one that is configured': { metadata: { issuer: 'https://evil.example.org' } },
    'no ID token': { token: (response) => response.setHeader('content-type', 'application/json').end('{"access_token":"a","token_type":"Bearer"}') },
    'no JSON': { token: (response) => response.setHeader('content-type', 'text/html').end('<html>') },
    'an error': { token: (response) => response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_client"}') },
    'a redirection': { token: (response) => response.writeHead(302, { location: `${forged.url}/me` }).end() },
    nothing: { token: (response) => response.destroy() },
    'more than anybody wants to read': {
      token: (response) => response.setHeader('content-type', 'application/json').end(`{"a":"${'x'.repeat(2 ** 21)}"}`),
    },
  };
  for (const [lie, forgery] of Object.entries(LIES)) {
    it(`is not believed with ${lie}`, async () => {
      await start();
      forged.forgery = forgery;
      expectIncident(await logIn());
      forged.forgery = {};
      expectPage(await logIn(), 200, '@alice:localhost');
    });
  }

  it('may have a clock that is a little off', async () => {
    await start();
    forged.forgery = ago(15);
    expectPage(await logIn(), 200, '@alice:localhost');
    await server.close();
    await start({ clock_tolerance: '2m' });
    forged.forgery = ago(100);
    expectPage(await logIn(), 200, '@alice:localhost');
    await server.close();
    await start({ clock_tolerance: 0 });
    forged.forgery = ago(5);
    expectIncident(await logIn());
  });

  it('leads back to an address with TLS, where the browser keeps the cookie for that server alone', async () => {
    const secure = 'https://matrix.example.org';
    await start({}, { public_baseurl: secure });
    const path = '/_matrix/client/v3/login/sso/redirect?redirectUrl=https%3A%2F%2Fapp.example.org';
    const cookie = (await fetch(base + path, { redirect: 'manual' })).headers.get('set-cookie');
    expect(cookie).to.match(/^__Host-plexus_sso_[\w-]+=[\w-]+; Path=\/; Max-Age=900; HttpOnly; SameSite=Lax; Secure$/);
    const browser = new CookieBrowser([base, forged.url]);
    let page = await browser.open(base + path);
    while (page.status === 303 || page.status === 302) page = await browser.open((page.headers.get('location') ?? '').replace(secure, base));
    expectPage(page, 200, '@alice:localhost');
    expect((await browser.submit(page)).headers.get('location')).to.match(/^https:\/\/app\.example\.org\/\?loginToken=/);
  });

  it('is not asked at a private address, unless that is allowed', async () => {
    await start({}, { outgoing: {} });
    expectIncident(await logIn());
    expect(forged.asked).to.deep.equal([]);
  });

  it('that is down is asked again at the next login', async () => {
    await start();
    const { url } = forged;
    await forged.close();
    expectIncident(await logIn());
    expect(forged.asked).to.deep.equal([]);
    forged = await openForgedProvider('matrix', Number(new URL(url).port));
    expectPage(await logIn(), 200, '@alice:localhost');
  });

  it('is asked what it is once an hour, and not for more than is wanted', async () => {
    await start({ userinfo: false });
    for (const times of [1, 1, 2]) {
      expectPage(await logIn(), 200, '@alice:localhost');
      expect(forged.asked.filter((path) => path === '/.well-known/openid-configuration')).to.have.lengthOf(times);
      if (times === 1) await server.advance(HOUR / 2);
    }
    expect(forged.asked).to.not.include('/me');
  });

  it('can know the client without a secret, or take the secret in the body', async () => {
    await start({ client_secret: undefined });
    expectPage(await logIn(), 200, '@alice:localhost');
    await server.close();
    await start({ client_authentication: 'post' });
    expectPage(await logIn(), 200, '@alice:localhost');
  });

  it('can know people by another claim', async () => {
    await start({ mapping: { subject: 'employee.number' } });
    expectIncident(await logIn());
    forged.forgery = { userinfo: { employee: { number: 7 } } };
    expectPage(await logIn(), 200, '@alice:localhost');
  });

  it('that lets people make accounts is told that somebody wants one', async () => {
    await start();
    forged.forgery = { metadata: { prompt_values_supported: ['none', 'login', 'create'] } };
    const path = '/_matrix/client/v3/login/sso/redirect?redirectUrl=https%3A%2F%2Fapp.example.org';
    for (const [action, prompt] of [
      ['register', 'create'],
      ['login', null],
    ] as const) {
      const reply = await fetch(`${base}${path}&action=${action}`, { redirect: 'manual' });
      expect(new URL(reply.headers.get('location') ?? '').searchParams.get('prompt')).to.equal(prompt);
    }
    expect((await fetch(`${base}${path}&action=other`, { redirect: 'manual' })).status).to.equal(400);
  });
});
