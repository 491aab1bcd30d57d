import { expect } from 'chai';
import { expectError } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import type { CookieBrowser } from '../support/cookie-browser.ts';
import { expectPage, linkIn, SsoWalk } from '../support/sso-walk.ts';
import { clientOf } from './client.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#sso-during-user-interactive-authentication */
describe('what has to be authenticated, by single sign-on', () => {
  let walk: SsoWalk;
  const { as, register } = clientOf(() => walk.server);
  const challenge = async (request: Promise<unknown>): Promise<Json> => (await expectError(request, 401)).body;
  before(async () => (walk = await SsoWalk.open()));
  after(() => walk.provider.close());
  afterEach(() => walk.stop());

  let token: unknown;
  let browser: CookieBrowser;
  beforeEach(async () => {
    await walk.start();
    browser = walk.newBrowser();
    token = (await walk.logInBy(await walk.arrive(browser)))['access_token'];
  });
  const remove = (auth?: Json): Promise<Json> => as(token, 'POST', '/delete_devices', { devices: ['OTHER'], auth });

  it('is confirmed at the provider, by logging in there again', async () => {
    const { session, flows } = await challenge(remove());
    expect(flows).to.deep.equal([{ stages: ['m.login.sso'] }]);
    const way = await browser.open(walk.fallback(session));
    expectPage(way, 200, 'The Company');
    expect(way.headers.get('content-security-policy')).to.include("default-src 'none'");
    walk.provider.asked.length = 0;
    const form = await browser.open(linkIn(way));
    expect(form.text, 'although the provider knows them').to.include('Log in at the provider');
    expect(walk.provider.asked.find(({ pathname }) => pathname === '/auth')?.searchParams.get('prompt')).to.equal('login');
    const question = await browser.submit(form, { login: '1' });
    expectPage(question, 200, 'log other devices out');
    expect(question.text).to.include('@alice:localhost');
    await challenge(remove({ session: String(session) }));
    const done = await browser.submit(question);
    expectPage(done, 200, 'authDone');
    await remove({ session: String(session) });
    await expectError(remove({ session: String(session) }), 401);
  });

  it('is not confirmed by the client itself, nor by somebody else', async () => {
    const { session } = await challenge(remove());
    await expectError(remove({ type: 'm.login.sso', session: String(session) }), 401, 'M_FORBIDDEN');
    const page = await browser.submit(await browser.open(walk.fallback(session)), { session: String(session) });
    expect(page.text).to.include('in a browser').and.not.include('authDone');
    const other = walk.newBrowser();
    await walk.userOf('2', other);
    const form = await other.open(linkIn(await other.open(walk.fallback(session))));
    expectPage(await other.submit(form, { login: '2' }), 403, 'somebody else than @alice:localhost');
    await challenge(remove({ session: String(session) }));
  });

  it('can be confirmed by the password, where there is one', async () => {
    await walk.confirmed((auth) => as(token, 'POST', '/account/password', { new_password: 'secret', logout_devices: false, auth }), browser);
    const { flows, session } = await challenge(remove());
    expect(flows).to.deep.equal([{ stages: ['m.login.password'] }, { stages: ['m.login.sso'] }]);
    await remove({ type: 'm.login.password', password: 'secret', session: String(session) });
  });

  it('has a page only where a session and a provider fit', async () => {
    const { session } = await challenge(remove());
    const confirm = (id: unknown, name: string): string =>
      `${walk.base}/_plexus/client/sso/confirm?${new URLSearchParams({ session: String(id), provider: name }).toString()}`;
    expectPage(await browser.open(confirm('unknown', 'company')), 404, 'not known');
    expectPage(await browser.open(confirm(session, 'other')), 404, 'not known to this provider');
    const carol = await register('carol');
    const { flows } = await challenge(as(carol['access_token'], 'POST', '/delete_devices', { devices: ['OTHER'] }));
    expect(flows).to.deep.equal([{ stages: ['m.login.password'] }]);
  });
});
