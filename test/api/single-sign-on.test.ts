import { expect } from 'chai';
import fc from 'fast-check';
import { boot, expectError } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import type { Page } from '../support/cookie-browser.ts';
import { CLIENT, expectPage, leftFor, linkIn, SsoWalk } from '../support/sso-walk.ts';
import { clientOf } from './client.ts';

const MINUTE = 60_000;

/** https://spec.matrix.org/v1.19/client-server-api/#sso-client-loginauthentication */
describe('single sign-on', () => {
  let walk: SsoWalk;
  const { as, get } = clientOf(() => walk.server);
  before(async () => (walk = await SsoWalk.open()));
  after(() => walk.provider.close());
  afterEach(() => walk.stop());

  describe('a login', () => {
    it('is offered with its providers', async () => {
      await walk.start({ provider: { brand: 'gitlab', icon: 'mxc://example.org/abc' } });
      const { flows } = await get('/login');
      expect(flows).to.deep.include({
        type: 'm.login.sso',
        identity_providers: [{ id: 'company', name: 'The Company', brand: 'gitlab', icon: 'mxc://example.org/abc' }],
      });
    });

    it('makes an account the first time, and finds it every other time', async () => {
      await walk.start();
      const browser = walk.newBrowser();
      const question = await walk.comeBack(browser);
      expectPage(question, 200, 'app.example.org');
      expect(question.text).to.include('@alice:localhost').and.include('An account will be made');
      const url = leftFor(await browser.submit(question));
      expect(url.href).to.match(/^https:\/\/app\.example\.org\/\?loginToken=pll_[\w-]+#\/login$/);
      const { user_id: userId, access_token: token } = await walk.logInBy(url);
      expect(userId).to.equal('@alice:localhost');
      expect(await get('/profile/@alice:localhost')).to.include({ displayname: 'Alice Liddell' });
      const { threepids } = await as(token, 'GET', '/account/3pid');
      expect((threepids as Json[]).map(({ medium, address }) => [medium, address])).to.deep.equal([['email', 'alice@example.org']]);

      walk.provider.people.set('1', { preferred_username: 'queen', name: 'Queen' });
      const again = await walk.comeBack();
      expect(again.text).to.not.include('An account will be made');
      expect(await walk.userOf('1')).to.equal('@alice:localhost');
      expect(await get('/profile/@alice:localhost')).to.include({ displayname: 'Alice Liddell' });
    });

    it('also begins at the addresses of one provider, and at the old ones', async () => {
      await walk.start();
      for (const path of ['v3/login/sso/redirect/company', 'r0/login/sso/redirect', 'r0/login/sso/redirect/company']) {
        const reply = await fetch(`${walk.base}/_matrix/client/${path}?redirectUrl=${encodeURIComponent(CLIENT)}`, { redirect: 'manual' });
        expect([reply.status, new URL(reply.headers.get('location') ?? '').origin], path).to.deep.equal([302, walk.provider.url]);
      }
      expectPage(await walk.newBrowser().open(walk.redirect(CLIENT, '/other')), 404, 'no such provider');
    });

    it('uses state, nonce and PKCE, and a cookie that scripts cannot read', async () => {
      await walk.start();
      const reply = await fetch(walk.redirect(), { redirect: 'manual' });
      const { searchParams } = new URL(reply.headers.get('location') ?? '');
      expect(searchParams.get('code_challenge_method')).to.equal('S256');
      expect(searchParams.get('code_challenge')).to.match(/^[\w-]{43}$/);
      expect(searchParams.get('nonce')).to.match(/^[\w-]{43}$/);
      expect(searchParams.get('response_type')).to.equal('code');
      const cookie = reply.headers.get('set-cookie') ?? '';
      expect(cookie).to.match(new RegExp(`^plexus_sso_${searchParams.get('state')}=[\\w-]{43}; Path=/; Max-Age=900; HttpOnly; SameSite=Lax$`));
      expect(cookie).to.not.include(searchParams.get('nonce'));
      expect(reply.headers.get('referrer-policy')).to.equal('no-referrer');
    });

    it('goes to a trusted client without a question, where there is nothing to accept', async () => {
      await walk.start({ sso: { trusted_clients: ['https://app.example.org'] } });
      const url = leftFor(await walk.comeBack());
      expect(url.origin).to.equal('https://app.example.org');
      expect((await walk.logInBy(url))['user_id']).to.equal('@alice:localhost');
      expectPage(await walk.comeBack(walk.newBrowser(), '1', 'https://app.example.org.evil.com/'), 200, 'app.example.org.evil.com');
      expectPage(await walk.comeBack(walk.newBrowser(), '1', 'http://app.example.org/'), 200, 'Continue');
    });

    it('leads to an application with links of its own', async () => {
      await walk.start({ sso: { trusted_clients: ['org.example.app:'] } });
      expect(leftFor(await walk.comeBack(walk.newBrowser(), '1', 'org.example.app:/done?a=1')).href).to.match(
        /^org\.example\.app:\/done\?a=1&loginToken=pll_/,
      );
      const question = await walk.comeBack(walk.newBrowser(), '1', 'element://vector');
      expectPage(question, 200, 'element:');
      expect(question.headers.get('content-security-policy')).to.include("form-action 'self' element:;");
    });

    it('keeps what the address has, but no other login token', async () => {
      await walk.start();
      const url = await walk.arrive(walk.newBrowser(), '1', 'https://app.example.org/a?b=1&loginToken=x&loginToken=y#c');
      expect(url.searchParams.getAll('loginToken')).to.have.lengthOf(1);
      expect(url.href).to.match(/^https:\/\/app\.example\.org\/a\?b=1&loginToken=pll_[\w-]+#c$/);
    });

    it('lets the person choose where there is more than one provider', async () => {
      await walk.start({ more: [{ ...walk.company, id: 'other', name: 'Another <one>' }] });
      const browser = walk.newBrowser();
      const choice = await browser.open(`${walk.redirect()}&action=register`);
      expectPage(choice, 200, 'The Company');
      expect(choice.text).to.include('Another &lt;one&gt;');
      const link = linkIn(choice, '/redirect/other');
      expectPage(await browser.submit(await browser.open(link), { login: '1' }), 200, '@alice:localhost');
    });

    it('goes on in two windows at once, and once for each press of the button', async () => {
      await walk.start();
      const browser = walk.newBrowser();
      const questions: Page[] = [await walk.comeBack(browser), await browser.open(walk.redirect('https://other.example.org/'))];
      const pressed = await Promise.all([...questions, ...questions].map((question) => browser.submit(question)));
      const left = pressed.filter(({ status }) => status === 303).map((page) => leftFor(page));
      expect(left.map(({ host }) => host)).to.have.members(['app.example.org', 'other.example.org']);
      for (const url of left) expect((await walk.logInBy(url))['user_id']).to.equal('@alice:localhost');
      for (const page of pressed.filter(({ status }) => status !== 303)) expectPage(page, 403, 'finished already');
    });

    it('gives a token that is good for once, and for a short time', async () => {
      await walk.start();
      const url = await walk.arrive();
      await walk.logInBy(url);
      await expectError(walk.logInBy(url), 403, 'M_FORBIDDEN');
      const late = await walk.arrive();
      await walk.server.advance(30_000);
      await expectError(walk.logInBy(late), 403, 'M_FORBIDDEN');
    });

    it('says what the client is before it gets anything, in a page that runs nothing and cannot be framed', async () => {
      await walk.start();
      const question = await walk.comeBack();
      const policy = question.headers.get('content-security-policy') ?? '';
      expect(policy).to.include("default-src 'none'").and.include("script-src 'none'").and.include("frame-ancestors 'none'");
      expect(policy).to.include("form-action 'self' https://app.example.org;");
      expect(question.headers.get('cache-control')).to.equal('no-store');
      expect(question.url, 'without the code of the provider').to.match(/\/sso\/continue\?flow=[\w-]+$/);
    });

    it('is not there without configuration', async () => {
      const server = await boot();
      const flows = (await server.request('GET', '/_matrix/client/v3/login')) as Json;
      expect(flows['flows']).to.have.lengthOf(2);
      const reply = await fetch(`${server.url}/_matrix/client/v3/login/sso/redirect?redirectUrl=x`);
      expect(reply.status).to.equal(404);
      await server.close();
    });
  });

  describe('nobody is led astray', () => {
    it('by an address that is none of a client', async () => {
      await walk.start();
      for (const url of [
        'javascript:alert(1)',
        'JavaScript:alert(1)',
        'data:text/html,x',
        'vbscript:x',
        'blob:https://a/b',
        'file:///etc',
        '/login',
        'x',
        '',
        'https://user:pw@evil.com/',
        'https://a;script-src/',
      ]) {
        const page = await walk.newBrowser().open(walk.redirect(url));
        expect([page.status, url], page.text).to.deep.equal([400, url]);
      }
      expect(walk.provider.asked.filter(({ pathname }) => pathname === '/auth')).to.deep.equal([]);
    });

    it('in a browser in which nobody began', async () => {
      await walk.start();
      const browser = walk.newBrowser();
      const form = await browser.open(walk.redirect());
      const held = new Map(browser.cookies);
      for (const name of held.keys()) if (name.startsWith('plexus_sso_')) browser.cookies.delete(name);
      expectPage(await browser.submit(form, { login: '1' }), 403, 'begun in another browser');
      const [name = ''] = [...held.keys()].filter((key) => key.startsWith('plexus_sso_'));
      browser.cookies.set(name, 'guessed');
      const callback = `${walk.base}/_plexus/client/sso/callback?code=x&state=${name.slice('plexus_sso_'.length)}`;
      expectPage(await browser.open(callback), 403, 'begun in another browser');
    });

    it('on a page without its cookie, nor twice, nor too late', async () => {
      await walk.start();
      const browser = walk.newBrowser();
      const question = await walk.comeBack(browser);
      expectPage(await walk.newBrowser().submit(question), 403, 'begun in another browser');
      expectPage(await walk.newBrowser().open(question.url), 403, 'begun in another browser');
      const reloaded = await browser.open(question.url);
      expectPage(reloaded, 200, '@alice:localhost');
      leftFor(await browser.submit(reloaded));
      expect([...browser.cookies.keys()].filter((name) => name.startsWith('plexus_sso_'))).to.deep.equal([]);
      expectPage(await browser.submit(question), 403, 'finished already');
      const slow = walk.newBrowser();
      const late = await walk.comeBack(slow);
      await walk.server.advance(15 * MINUTE);
      expectPage(await slow.submit(late), 403, 'taken too long');
    });

    it('with a reply that the provider did not give, which ends the login', async () => {
      await walk.start();
      const browser = walk.newBrowser();
      await browser.open(walk.redirect());
      const state = [...browser.cookies.keys()].find((name) => name.startsWith('plexus_sso_'))?.slice('plexus_sso_'.length) ?? '';
      const callback = `${walk.base}/_plexus/client/sso/callback?state=${state}&iss=${encodeURIComponent(walk.provider.url)}`;
      const page = await browser.open(`${callback}&code=forged`);
      expectPage(page, 502, 'incident');
      expectPage(await browser.open(`${callback}&code=forged`), 403, 'finished already');
    });

    it('by anything that a browser can send', async () => {
      await walk.start();
      const anything = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.webUrl(),
        fc.constantFrom('__proto__', 'plexus_sso_', '\0', '%00', 'x:', 'x:?', '//a'),
      );
      const addresses = {
        '/_matrix/client/v3/login/sso/redirect/company': ['redirectUrl'],
        '/_plexus/client/sso/callback': ['state', 'code', 'error', 'iss', 'response'],
        '/_plexus/client/sso/continue': ['flow'],
        '/_plexus/client/sso/confirm': ['session', 'provider'],
        '/_matrix/client/v3/auth/m.login.sso/fallback/web': ['session'],
      };
      for (const [path, keys] of Object.entries(addresses)) {
        const query = fc.record(Object.fromEntries(keys.map((key) => [key, anything])));
        const ask = async (values: Record<string, string>, cookie: string): Promise<void> => {
          const headers = { cookie: `plexus_sso_${encodeURIComponent(values['state'] ?? values['flow'] ?? '')}=${encodeURIComponent(cookie)}` };
          const reply = await fetch(`${walk.base}${path}?${new URLSearchParams(values).toString()}`, { redirect: 'manual', headers });
          expect(reply.status, JSON.stringify(values)).to.be.oneOf([302, 400, 403, 404]);
        };
        await fc.assert(fc.asyncProperty(query, anything, ask), { numRuns: 50 });
      }
    });

    it('by what the provider says of itself when it refuses', async () => {
      await walk.start();
      const browser = walk.newBrowser();
      const refused = await browser.submit(await browser.open(walk.redirect()), { login: '' });
      expectPage(refused, 403, 'did not log you in (access_denied)');
      expectPage(await browser.open(`${walk.base}/_plexus/client/sso/callback`), 403, 'begin again');
      expect((await fetch(`${walk.base}/_plexus/client/sso/callback?code=a&code=b`)).status).to.equal(400);
    });
  });
});
