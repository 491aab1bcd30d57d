import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { otherServer, type OtherServer } from '../support/http-server.ts';
import { clientOf } from './client.ts';

const POLICIES = {
  privacy_policy: {
    de: { name: 'Datenschutz', url: 'https://example.org/de' },
    en: { name: 'Privacy & <more>', url: 'https://example.org/?a=1&b="2"' },
  },
};
const TERMS = { version: '1.2', policies: POLICIES };

/** https://spec.matrix.org/v1.19/client-server-api/#fallback */
describe('stages of user-interactive authentication', () => {
  let server: TestServer;
  const { as, post, register } = clientOf(() => server);
  const start = async (registration: Json, more: Json = {}): Promise<void> => {
    server = await boot({
      clock: 'fake',
      config: { ...more, registration: { mode: 'open', open_to: 'everyone', shared_secret: 'for tests only', ...registration } },
    });
  };
  afterEach(() => server.close());

  const pathOf = (type: string, session: unknown): string =>
    `${server.url}/_matrix/client/v3/auth/${type}/fallback/web?session=${encodeURIComponent(String(session))}`;
  const open = (type: string, session: unknown): Promise<Response> => fetch(pathOf(type, session));
  const submit = (type: string, session: unknown, fields: Record<string, string> = {}): Promise<Response> =>
    fetch(pathOf(type, session), { method: 'POST', body: new URLSearchParams({ session: String(session), ...fields }) });
  const challenge = async (request: Promise<unknown>): Promise<Json> => (await expectError(request, 401)).body;
  const wish = { username: 'alice', password: 'secret' };

  describe('on pages', () => {
    let token: unknown;
    beforeEach(async () => {
      await start({});
      token = (await register('alice'))['access_token'];
    });
    const change = (auth?: unknown, password = 'new'): Promise<Json> => as(token, 'POST', '/account/password', { new_password: password, auth });

    it('are completed in a browser, and the client goes on with the session alone', async () => {
      const { session } = await challenge(change());
      const page = await open('m.login.password', session);
      expect(page.status).to.equal(200);
      expect(page.headers.get('content-type')).to.equal('text/html; charset=utf-8');
      expect(await page.text())
        .to.include('type="password"')
        .and.include(String(session));
      await challenge(change({ session }));
      const done = await submit('m.login.password', session, { password: 'secret' });
      expect(done.status).to.equal(200);
      expect(await done.text()).to.match(/window\.onAuthDone\(\).*window\.opener\.postMessage\("authDone","\*"\)/s);
      await change({ session });
      await challenge(change({ session }));
    });

    it('say what is wrong, and let it be tried again', async () => {
      const { session } = await challenge(change());
      const wrong = await submit('m.login.password', session, { password: 'wrong' });
      expect(await wrong.text())
        .to.include('The password is wrong')
        .and.not.include('authDone');
      await challenge(change({ session }));
      await submit('m.login.password', session, { password: 'secret' });
      await change({ session });
    });

    it('are for the request that the client made last, and for no other', async () => {
      const { session } = await challenge(change());
      await submit('m.login.password', session, { password: 'secret' });
      await expectError(change({ session }, 'another'), 403, 'M_FORBIDDEN');
      await change({ session });
    });

    it('run nothing that is not theirs, cannot be framed, and are not kept', async () => {
      const { session } = await challenge(change());
      const form = await open('m.login.password', session);
      const policy = form.headers.get('content-security-policy') ?? '';
      expect(policy).to.include("default-src 'none'").and.include("script-src 'none'").and.include("frame-ancestors 'none'");
      expect(policy).to.include("form-action 'self'").and.include("base-uri 'none'").and.not.include('unsafe');
      const style = /<style>(.*)<\/style>/s.exec(await form.text())?.[1] ?? '';
      expect(policy).to.include(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
      expect(form.headers.get('cache-control')).to.equal('no-store');
      expect(form.headers.get('referrer-policy')).to.equal('no-referrer');
      const done = await submit('m.login.password', session, { password: 'secret' });
      expect(done.headers.get('content-security-policy')).to.match(/script-src 'sha256-[\w+/=]+'(;|$)/);
    });

    it('are not there for a session or a stage that is not known, or not wanted', async () => {
      const { session } = await challenge(change());
      for (const [type, id] of [
        ['m.login.password', 'unknown'],
        ['m.login.dummy', session],
        ['<script>', session],
      ] as const) {
        const answers = [await open(type, id), await submit(type, id, { password: 'secret' })];
        for (const answer of answers) {
          expect(answer.status).to.equal(404);
          expect(await answer.text())
            .to.include('Nothing to do here')
            .and.not.include('<script>');
        }
      }
      const missing = await fetch(`${server.url}/_matrix/client/v3/auth/m.login.password/fallback/web`);
      expect(missing.status).to.equal(400);
      await server.advance(3_600_000);
      expect((await open('m.login.password', session)).status).to.equal(404);
    });

    it('show that a stage is completed already', async () => {
      const { session } = await challenge(change());
      await submit('m.login.password', session, { password: 'secret' });
      expect(await (await open('m.login.password', session)).text()).to.include('authDone');
      expect(await (await submit('m.login.password', session)).text()).to.include('authDone');
    });

    it('are escaped', async () => {
      const page = await (await open('m.login.password', '"><script>')).text();
      expect(page).to.not.include('"><script>');
    });
  });

  describe('m.login.dummy and m.login.registration_token', () => {
    it('have pages, too', async () => {
      await start({});
      const { session } = await challenge(post('/register', wish));
      await submit('m.login.dummy', session);
      expect(await post('/register', { ...wish, auth: { session } })).to.include({ user_id: '@alice:localhost' });
    });

    it('take the token on the page', async () => {
      await start({ mode: 'token' });
      const admin = await server.user('root', { admin: true });
      await admin.request('POST', '/_synapse/admin/v1/registration_tokens/new', { token: 'abc' });
      const { session } = await challenge(post('/register', wish));
      expect(await (await submit('m.login.registration_token', session, { token: 'no' })).text()).to.include('not known');
      await submit('m.login.registration_token', session, { token: 'abc' });
      await post('/register', { ...wish, auth: { session } });
      expect(await admin.request('GET', '/_synapse/admin/v1/registration_tokens/abc')).to.include({ completed: 1 });
    });
  });

  /** https://spec.matrix.org/v1.19/client-server-api/#terms-of-service-at-registration */
  describe('m.login.terms', () => {
    it('shows the documents, and lets in who accepts them', async () => {
      await start({ terms: TERMS });
      const asked = await challenge(post('/register', wish));
      expect(asked['flows']).to.deep.equal([{ stages: ['m.login.terms'] }]);
      expect(asked['params']).to.deep.equal({
        'm.login.terms': { policies: { privacy_policy: { version: '1.2', ...POLICIES.privacy_policy } } },
      });
      const auth = { type: 'm.login.terms', session: asked['session'] };
      expect(await post('/register', { ...wish, auth })).to.include({ user_id: '@alice:localhost' });
    });

    it('has a page with links to the documents', async () => {
      await start({ terms: TERMS });
      const { session } = await challenge(post('/register', wish));
      const page = await (await open('m.login.terms', session)).text();
      expect(page)
        .to.include('href="https://example.org/?a=1&amp;b=&quot;2&quot;"')
        .and.include('Privacy &amp; &lt;more&gt;')
        .and.not.include('Datenschutz');
      await submit('m.login.terms', session);
      await post('/register', { ...wish, auth: { session } });
    });

    it('comes after the registration token where one is needed', async () => {
      await start({ mode: 'token', terms: TERMS });
      const { flows } = await challenge(post('/register', wish));
      expect(flows).to.deep.equal([{ stages: ['m.login.registration_token', 'm.login.terms'] }]);
    });

    it('is not asked when somebody proves who they are', async () => {
      await start({ terms: TERMS });
      const alice = await server.user('alice');
      const { flows } = await challenge(alice.request('POST', '/_matrix/client/v3/account/deactivate', {}));
      expect(flows).to.deep.equal([{ stages: ['m.login.password'] }]);
    });
  });

  /** https://spec.matrix.org/v1.19/client-server-api/#google-recaptcha */
  describe('m.login.recaptcha', () => {
    let provider: OtherServer;
    let asked: string[];
    let reply: string;
    beforeEach(async () => {
      asked = [];
      reply = '';
      provider = await otherServer((request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          asked.push(body);
          response.end(reply === '' ? JSON.stringify({ success: new URLSearchParams(body).get('response') === 'human' }) : reply);
        });
      });
    });
    afterEach(() => provider.close());
    const withCaptcha = (more: Json = {}, allowed = ['127.0.0.1']): Promise<void> =>
      start(
        { captcha: { site_key: 'public', secret: 'hidden', verify_url: `${provider.url}/siteverify` }, ...more },
        { outgoing: { allow_addresses: allowed } },
      );
    const answer = (response: string | undefined, session: unknown): Promise<Json> =>
      post('/register', { ...wish, auth: { type: 'm.login.recaptcha', response, session } });

    it('lets in whom the provider takes for a person', async () => {
      await withCaptcha();
      const { flows, params, session } = await challenge(post('/register', wish));
      expect(flows).to.deep.equal([{ stages: ['m.login.recaptcha'] }]);
      expect(params).to.deep.equal({ 'm.login.recaptcha': { public_key: 'public' } });
      await expectError(answer(undefined, session), 401, 'M_CAPTCHA_NEEDED');
      await expectError(answer('robot', session), 401, 'M_CAPTCHA_INVALID');
      expect(await answer('human', session)).to.include({ user_id: '@alice:localhost' });
      expect(asked).to.deep.equal(['secret=hidden&response=robot', 'secret=hidden&response=human']);
    });

    it('goes with the other stages, on pages', async () => {
      await withCaptcha({ terms: TERMS });
      const { flows, session } = await challenge(post('/register', wish));
      expect(flows).to.deep.equal([{ stages: ['m.login.recaptcha', 'm.login.terms'] }]);
      const page = await open('m.login.recaptcha', session);
      expect(page.headers.get('content-security-policy')).to.include('https://www.recaptcha.net/recaptcha/');
      expect(await page.text()).to.include('data-sitekey="public"');
      expect((await submit('m.login.terms', session)).status, 'it is not its turn').to.equal(404);
      expect(await (await submit('m.login.recaptcha', session, { 'g-recaptcha-response': 'robot' })).text()).to.include('not accepted');
      await submit('m.login.recaptcha', session, { 'g-recaptcha-response': 'human' });
      const { completed } = await challenge(post('/register', { ...wish, auth: { session } }));
      expect(completed).to.deep.equal(['m.login.recaptcha']);
      await submit('m.login.terms', session);
      await post('/register', { ...wish, auth: { session } });
    });

    it('lets nobody in while the provider does not answer, or not with sense', async () => {
      await withCaptcha();
      const { session } = await challenge(post('/register', wish));
      reply = 'null';
      await expectError(answer('human', session), 401, 'M_CAPTCHA_INVALID');
      reply = '<html>';
      await expectError(answer('human', session), 502, 'M_UNKNOWN');
    });

    it('asks public addresses only', async () => {
      await withCaptcha({}, []);
      const { session } = await challenge(post('/register', wish));
      await expectError(answer('human', session), 502, 'M_UNKNOWN');
      expect(asked).to.deep.equal([]);
    });
  });
});
