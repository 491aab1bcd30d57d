import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { openMailbox, type Mailbox } from '../support/mailbox.ts';
import { byPassword, clientOf, DUMMY, PASSWORD } from './client.ts';

const HOUR = 3_600_000;
const BASE_URL = 'https://matrix.example.org';

/** https://spec.matrix.org/v1.19/client-server-api/#adding-account-administrative-contact-information */
describe('mail addresses', () => {
  let server: TestServer;
  let mailbox: Mailbox;
  const { as, post, get, logIn } = clientOf(() => server);
  before(async () => (mailbox = await openMailbox()));
  after(() => mailbox.close());

  const start = async (more: { mail?: Json; registration?: Json; config?: Json; modules?: unknown[] } = {}): Promise<void> => {
    mailbox.mails.length = 0;
    mailbox.refusal = undefined;
    server = await boot({
      clock: 'fake',
      modules: more.modules ?? [],
      config: {
        public_baseurl: BASE_URL,
        mail: { host: '127.0.0.1', port: mailbox.port, security: 'none', from: 'Plexus <noreply@example.org>', ...more.mail },
        registration: { mode: 'open', open_to: 'everyone', guests: true, shared_secret: 'for tests only', ...more.registration },
        ...more.config,
      },
    });
  };
  afterEach(() => server.close());

  const PATHS = { register: '/register/email', password: '/account/password/email', add: '/account/3pid/email' } as const;
  type Purpose = keyof typeof PATHS;
  const requestToken = async (purpose: Purpose, email: string, more: Json = {}): Promise<string> => {
    const { sid } = await post(`${PATHS[purpose]}/requestToken`, { email, client_secret: 'hush', send_attempt: 1, ...more });
    await server.idle();
    return sid as string;
  };
  const local = (link: string): string => link.replace(BASE_URL, server.url);
  const open = (link = mailbox.link()): Promise<Response> => fetch(local(link), { redirect: 'manual' });
  const press = (link = mailbox.link()): Promise<Response> => {
    const url = new URL(local(link));
    return fetch(url.origin + url.pathname, { method: 'POST', body: url.searchParams, redirect: 'manual' });
  };
  const creds = (sid: string, secret = 'hush'): Json => ({ sid, client_secret: secret });
  const byEmail = (sid: string): Json => ({ type: 'm.login.email.identity', threepid_creds: creds(sid) });
  const addressesOf = async (user: TestUser): Promise<unknown[]> =>
    ((await user.request('GET', '/_matrix/client/v3/account/3pid'))['threepids'] as Json[]).map(({ address }) => address);

  /** A user with a confirmed address. */
  const userWith = async (email: string, name = 'alice'): Promise<void> => {
    const sid = await requestToken('register', email, { client_secret: `for-${name}` });
    await press();
    const auth = { type: 'm.login.email.identity', threepid_creds: creds(sid, `for-${name}`) };
    await post('/register', { username: name, password: 'secret', auth });
    mailbox.mails.length = 0;
  };

  describe('of those who register', () => {
    beforeEach(() => start());
    const wish = { username: 'alice', password: 'secret' };

    it('may be given, and belong to the account when they are confirmed', async () => {
      const asked = await expectError(post('/register', wish), 401);
      expect(asked.body['flows']).to.deep.equal([{ stages: ['m.login.email.identity'] }, { stages: ['m.login.dummy'] }]);
      const { session } = asked.body;
      const sid = await requestToken('register', 'Alice@Example.ORG');
      expect(mailbox.mails.map(({ to }) => to)).to.deep.equal([['alice@example.org']]);
      expect(mailbox.mails[0]?.headers['from']).to.equal('Plexus <noreply@example.org>');
      await expectError(post('/register', { ...wish, auth: { ...byEmail(sid), session } }), 401, 'M_THREEPID_AUTH_FAILED');
      await press();
      const { access_token: token } = await post('/register', { ...wish, auth: { ...byEmail(sid), session } });
      const now = server.clock.now();
      expect(await as(token, 'GET', '/account/3pid')).to.deep.equal({
        threepids: [{ medium: 'email', address: 'alice@example.org', validated_at: now, added_at: now }],
      });
    });

    it('are confirmed by the button only, as programs open every link in a mail', async () => {
      const sid = await requestToken('register', 'alice@example.org');
      const page = await open();
      expect(page.status).to.equal(200);
      expect(await page.text())
        .to.include('alice@example.org')
        .and.include('<form method="post">');
      await expectError(post('/register', { ...wish, auth: byEmail(sid) }), 401, 'M_THREEPID_AUTH_FAILED');
      expect(await (await press()).text()).to.include('Your address is confirmed');
      expect(await (await open()).text()).to.include('Your address is confirmed');
      await post('/register', { ...wish, auth: byEmail(sid) });
      expect((await open()).status, 'the link is used up').to.equal(404);
      expect((await press()).status).to.equal(404);
    });

    it('are told in the mail alone that an account has them', async () => {
      await userWith('alice@example.org');
      const sid = await requestToken('register', 'ALICE@example.org');
      expect(sid).to.match(/^[0-9a-f]{32}$/);
      expect(mailbox.mails).to.have.length(1);
      expect(mailbox.mails[0]?.text).to.include('an account there has this address already').and.not.include('http');
    });

    it('belong to one account', async () => {
      const first = await requestToken('register', 'alice@example.org', { client_secret: 'one' });
      await press();
      const second = await requestToken('register', 'alice@example.org', { client_secret: 'two' });
      await press();
      await post('/register', { ...wish, auth: { type: 'm.login.email.identity', threepid_creds: creds(first, 'one') } });
      const late = { username: 'bob', password: 'secret', auth: { type: 'm.login.email.identity', threepid_creds: creds(second, 'two') } };
      await expectError(post('/register', late), 401, 'M_THREEPID_AUTH_FAILED');
      expect(await get('/register/available?username=bob')).to.deep.equal({ available: true });
    });

    it('are confirmed for one purpose', async () => {
      const sid = await requestToken('add', 'alice@example.org');
      await press();
      await expectError(post('/register', { ...wish, auth: byEmail(sid) }), 401, 'M_THREEPID_AUTH_FAILED');
    });

    it('are known by the client that asked only', async () => {
      const sid = await requestToken('register', 'alice@example.org');
      await press();
      const auth = { type: 'm.login.email.identity', threepid_creds: creds(sid, 'guessed') };
      await expectError(post('/register', { ...wish, auth }), 401, 'M_THREEPID_AUTH_FAILED');
      await expectError(post('/register', { ...wish, auth: { type: 'm.login.email.identity' } }), 401, 'M_MISSING_PARAM');
    });
  });

  it('are shown to the modules when somebody registers', async () => {
    const seen: unknown[] = [];
    class Watch {
      constructor(_config: unknown, api: { registerSpamCheckerCallbacks(callbacks: object): void }) {
        api.registerSpamCheckerCallbacks({
          check_registration_for_spam: async (email: unknown, username: string) => {
            seen.push([email, username]);
            return 'ALLOW';
          },
        });
      }
    }
    await start({ modules: [{ module: Watch, on_error: 'allow' }] });
    await userWith('alice@example.org');
    expect(seen).to.have.length(1);
    expect(JSON.stringify(seen[0])).to.include('alice@example.org');
  });

  it('may be needed to register', async () => {
    await start({ registration: { requires_email: true } });
    const asked = await expectError(post('/register', { username: 'alice', password: 'secret' }), 401);
    expect(asked.body['flows']).to.deep.equal([{ stages: ['m.login.email.identity'] }]);
    await expectError(post('/register', { username: 'alice', password: 'secret', auth: { type: 'm.login.dummy' } }), 401);
    await userWith('alice@example.org');
  });

  it('are not written to for those who may not register', async () => {
    await start({ registration: { mode: 'closed' } });
    await expectError(requestToken('register', 'alice@example.org'), 403, 'M_FORBIDDEN');
    expect(mailbox.mails).to.deep.equal([]);
  });

  describe('of an account', () => {
    beforeEach(() => start());

    it('are added by whoever knows its password, and deleted', async () => {
      const alice = await server.user('bob');
      const owner = await post('/register', { username: 'alice', password: 'secret', auth: { type: 'm.login.dummy' } });
      const add = (body: Json): Promise<Json> => as(owner['access_token'], 'POST', '/account/3pid/add', body);
      const sid = await requestToken('add', 'alice@example.org');
      const asked = await expectError(add(creds(sid)), 401);
      const auth = { ...byPassword('alice'), session: asked.body['session'] };
      await expectError(add({ ...creds(sid), auth }), 400, 'M_THREEPID_AUTH_FAILED');
      await press();
      await add({ ...creds(sid), auth });
      await expectError(add({ ...creds(sid), auth: byPassword('alice') }), 400, 'M_THREEPID_AUTH_FAILED');
      expect(await addressesOf(alice)).to.deep.equal([]);

      const remove = (token: unknown): Promise<Json> => as(token, 'POST', '/account/3pid/delete', { medium: 'email', address: 'Alice@example.org' });
      expect(await remove(alice.accessToken)).to.deep.equal({ id_server_unbind_result: 'no-support' });
      expect((await as(owner['access_token'], 'GET', '/account/3pid'))['threepids']).to.have.length(1);
      await remove(owner['access_token']);
      expect((await as(owner['access_token'], 'GET', '/account/3pid'))['threepids']).to.have.length(0);
    });

    it('are added by the older road, too, and not without the password', async () => {
      const alice = await post('/register', { username: 'alice', password: PASSWORD, auth: DUMMY });
      const sid = await requestToken('add', 'alice@example.org');
      const add = (more: Json = {}): Promise<Json> => as(alice['access_token'], 'POST', '/account/3pid', { three_pid_creds: creds(sid), ...more });
      const { session } = (await expectError(add(), 401)).body;
      await expectError(add({ auth: { ...byPassword('alice'), session } }), 400, 'M_THREEPID_AUTH_FAILED');
      await press();
      await add({ auth: byPassword('alice') });
      const { threepids } = await as(alice['access_token'], 'GET', '/account/3pid');
      expect((threepids as Json[]).map(({ address }) => address)).to.deep.equal(['alice@example.org']);
    });

    it('hear of what is done to their account', async () => {
      await userWith('alice@example.org');
      const { access_token: token } = await logIn('alice');
      const heard = (): unknown[] => mailbox.mails.splice(0).map(({ to, text }) => [to[0], text.split('\r\n')[0]]);
      await as(token, 'POST', '/account/password', { new_password: 'new', auth: byPassword('alice') });
      await server.idle();
      expect(heard()).to.deep.equal([['alice@example.org', 'The password of @alice:localhost was changed.']]);
      const sid = await requestToken('add', 'second@example.org');
      await press();
      mailbox.mails.length = 0;
      await as(token, 'POST', '/account/3pid/add', { ...creds(sid), auth: byPassword('alice', 'new') });
      await server.idle();
      const [[to, text]] = heard() as [[string, string]];
      expect(to).to.equal('alice@example.org');
      expect(text).to.include('The address second@example.org was added to @alice:localhost.');
      await as(token, 'POST', '/account/3pid/delete', { medium: 'email', address: 'alice@example.org' });
      await as(token, 'POST', '/account/3pid/delete', { medium: 'email', address: 'nobody@example.org' });
      await server.idle();
      const removed = 'The address alice@example.org was removed from @alice:localhost.';
      expect(heard()).to.have.deep.members([
        ['alice@example.org', removed],
        ['second@example.org', removed],
      ]);
    });

    it('are not taken from another account', async () => {
      await userWith('alice@example.org');
      await requestToken('add', 'alice@example.org');
      expect(mailbox.mails[0]?.text).to.include('an account there has this address already').and.not.include('http');
    });

    it('are for logging in, however they are typed', async () => {
      await userWith('strauß@example.org');
      const withIdentifier = (identifier: Json): Promise<Json> => post('/login', { type: 'm.login.password', identifier, password: 'secret' });
      const thirdParty = { type: 'm.id.thirdparty', medium: 'email', address: 'STRAUSS@Example.org' };
      expect((await withIdentifier(thirdParty))['user_id']).to.equal('@alice:localhost');
      const old = { type: 'm.login.password', medium: 'email', address: 'strauss@example.org', password: 'secret' };
      expect((await post('/login', old))['user_id']).to.equal('@alice:localhost');
      await expectError(withIdentifier({ ...thirdParty, address: 'nobody@example.org' }), 403, 'M_FORBIDDEN');
      await expectError(withIdentifier({ ...thirdParty, medium: 'msisdn' }), 403, 'M_FORBIDDEN');
      await expectError(post('/login', { ...old, password: 'wrong' }), 403, 'M_FORBIDDEN');
    });

    it('prove who somebody is together with the password', async () => {
      await userWith('alice@example.org');
      const { access_token: token } = await logIn('alice');
      const auth = {
        type: 'm.login.password',
        password: 'secret',
        identifier: { type: 'm.id.thirdparty', medium: 'email', address: 'alice@example.org' },
      };
      const wrong = { ...auth, identifier: { ...auth.identifier, address: 'bob@example.org' } };
      await expectError(as(token, 'POST', '/account/password', { new_password: 'new', auth: wrong }), 401, 'M_FORBIDDEN');
      await as(token, 'POST', '/account/password', { new_password: 'new', auth });
    });

    it('are free again when it is closed', async () => {
      await userWith('alice@example.org');
      const { access_token: token } = await logIn('alice');
      await as(token, 'POST', '/account/deactivate', { auth: byPassword('alice') });
      await userWith('alice@example.org', 'alice2');
    });

    it('can be changed where mails can be sent', async () => {
      const alice = await server.user('alice');
      const { capabilities } = await alice.request('GET', '/_matrix/client/v3/capabilities');
      expect((capabilities as Json)['m.3pid_changes']).to.deep.equal({ enabled: true });
    });
  });

  describe('of those who have forgotten the password', () => {
    beforeEach(async () => {
      await start();
      await userWith('alice@example.org');
    });
    const reset = (auth?: Json, more: Json = {}): Promise<Json> => post('/account/password', { new_password: 'new', ...more, auth });

    it('let them set a new one, which logs everybody out', async () => {
      const { access_token: token } = await logIn('alice');
      const asked = await expectError(reset(), 401);
      expect(asked.body['flows']).to.deep.equal([{ stages: ['m.login.email.identity'] }]);
      const sid = await requestToken('password', 'alice@example.org');
      await expectError(reset(byEmail(sid)), 401, 'M_THREEPID_AUTH_FAILED');
      await press();
      await reset({ ...byEmail(sid), session: asked.body['session'] });
      await expectError(as(token), 401, 'M_UNKNOWN_TOKEN');
      await expectError(logIn('alice'), 403, 'M_FORBIDDEN');
      await logIn('alice', 'new');
      await expectError(reset(byEmail(sid)), 401, 'M_THREEPID_AUTH_FAILED');
    });

    it('may leave the others logged in', async () => {
      const { access_token: token } = await logIn('alice');
      const sid = await requestToken('password', 'alice@example.org');
      await press();
      await reset(byEmail(sid), { logout_devices: false });
      await as(token);
    });

    it('are told in the mail alone that no account has them', async () => {
      const sid = await requestToken('password', 'nobody@example.org');
      expect(sid).to.match(/^[0-9a-f]{32}$/);
      expect(mailbox.mails[0]?.text).to.include('no account there has this address').and.not.include('http');
      await expectError(reset(byEmail(sid)), 401, 'M_THREEPID_AUTH_FAILED');
    });

    it('are not asked of somebody who is logged in', async () => {
      const { access_token: token } = await logIn('alice');
      const sid = await requestToken('password', 'alice@example.org');
      await press();
      await expectError(as(token, 'POST', '/account/password', { new_password: 'new', auth: byEmail(sid) }), 401, 'M_FORBIDDEN');
    });

    it('end all other ways to a new password', async () => {
      const one = await requestToken('password', 'alice@example.org', { client_secret: 'one' });
      await press();
      const two = await requestToken('password', 'alice@example.org', { client_secret: 'two' });
      await press();
      await reset({ type: 'm.login.email.identity', threepid_creds: creds(two, 'two') });
      const late = { type: 'm.login.email.identity', threepid_creds: creds(one, 'one') };
      await expectError(reset(late), 401, 'M_THREEPID_AUTH_FAILED');
    });
  });

  describe('and their mails', () => {
    it('are sent once an attempt', async () => {
      await start();
      const first = await requestToken('register', 'alice@example.org');
      expect(await requestToken('register', 'alice@example.org')).to.equal(first);
      expect(mailbox.mails).to.have.length(1);
      expect(await requestToken('register', 'alice@example.org', { send_attempt: 2 })).to.equal(first);
      expect(mailbox.mails).to.have.length(2);
      expect(await requestToken('register', 'alice@example.org', { client_secret: 'other' })).to.not.equal(first);
    });

    it('are good for an hour', async () => {
      await start();
      await requestToken('register', 'alice@example.org');
      await server.advance(HOUR);
      expect((await press()).status).to.equal(404);
    });

    it('are limited for each recipient', async () => {
      await start({ config: { rate_limits: { mail: { per_second: 0.01, burst: 3 } } } });
      for (const secret of ['a', 'b']) await requestToken('register', 'alice@example.org', { client_secret: secret });
      await expectError(
        requestToken('register', 'alice@example.org', { client_secret: 'c' }).then(() => requestToken('password', 'alice@example.org')),
        429,
        'M_LIMIT_EXCEEDED',
      );
    });

    it('wait for a mail server that is ill, and not for one that refuses them', async () => {
      await start();
      mailbox.refusal = { code: 451, message: 'try later' };
      await requestToken('register', 'alice@example.org');
      mailbox.refusal = undefined;
      await server.idle();
      expect(mailbox.mails).to.have.length(1);
      mailbox.refusal = { code: 550, message: 'no such user' };
      await requestToken('register', 'nobody@example.org');
      mailbox.refusal = undefined;
      await server.idle();
      expect(mailbox.mails).to.have.length(1);
    });

    it('are not sent in the clear unless the administrator wants it', async () => {
      for (const security of ['starttls', 'tls']) {
        await start({ mail: { security } });
        await requestToken('register', 'alice@example.org');
        expect(mailbox.mails).to.deep.equal([]);
        await server.close();
      }
      await start();
    });

    it('are not sent when they are of no use any more', async () => {
      await start();
      mailbox.refusal = { code: 451, message: 'try later' };
      await requestToken('register', 'alice@example.org');
      await server.advance(HOUR);
      await server.idle();
      mailbox.refusal = undefined;
      await server.idle();
      expect(mailbox.mails).to.have.length(0);
    });

    it('lead people on only to where the administrator trusts', async () => {
      await start({ mail: { next_link_hosts: ['app.example.org'] } });
      await requestToken('register', 'a@example.org', { next_link: 'https://app.example.org/#/register?x=1' });
      expect((await open()).headers.get('content-security-policy')).to.include("form-action 'self' https://app.example.org");
      const onward = await press();
      expect([onward.status, onward.headers.get('location')]).to.deep.equal([303, 'https://app.example.org/#/register?x=1']);

      for (const link of ['https://evil.example/', 'https://app.example.org@evil.example/', 'https://app.example.org:444/']) {
        await requestToken('register', 'b@example.org', { next_link: link, client_secret: String(link.length) });
        const stayed = await press();
        expect(stayed.status).to.equal(200);
        expect(await stayed.text()).to.include(`>${new URL(link).host}</a>`);
      }
      for (const link of ['javascript:alert(1)', 'data:text/html,x', '/relative', `https://x.example/${'x'.repeat(3000)}`]) {
        await expectError(requestToken('register', 'c@example.org', { next_link: link }), 400, 'M_INVALID_PARAM');
      }
    });

    it('go to real addresses only', async () => {
      await start();
      for (const email of [
        '',
        'alice',
        '@example.org',
        'alice@',
        'a@b@',
        'a b@example.org',
        'a@example.org\r\nBcc: x@y.z',
        'A <a@example.org>',
        'a,b@example.org',
        `${'x'.repeat(252)}@y.z`,
      ]) {
        await expectError(requestToken('register', email), 400, 'M_INVALID_PARAM');
      }
      for (const secret of ['', 'a b', 'x'.repeat(256)]) {
        await expectError(requestToken('register', 'a@example.org', { client_secret: secret }), 400, 'M_INVALID_PARAM');
      }
      expect(mailbox.mails).to.deep.equal([]);
    });
  });

  describe('are confirmed on the page of the stage', () => {
    beforeEach(() => start({ registration: { requires_email: true } }));
    const page = (session: unknown): string =>
      `${server.url}/_matrix/client/v3/auth/m.login.email.identity/fallback/web?session=${encodeURIComponent(String(session))}`;
    const submit = (session: unknown, fields: Record<string, string>): Promise<Response> =>
      fetch(page(session), { method: 'POST', body: new URLSearchParams({ session: String(session), ...fields }) });
    const fieldsOf = (text: string): Record<string, string> =>
      Object.fromEntries([...text.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name ?? '', value ?? '']));
    const begin = async (path = '/register', wish: Json = { username: 'alice', password: 'secret' }): Promise<unknown> =>
      (await expectError(post(path, wish), 401)).body['session'];

    it('which sends the mail, and goes on when its link was opened', async () => {
      const session = await begin();
      expect(await (await fetch(page(session))).text()).to.include('type="email"');
      const sent = await (await submit(session, { email: 'Alice@example.org' })).text();
      await server.idle();
      expect(sent).to.include('A mail was sent to <b>alice@example.org</b>').and.not.include('authDone');
      expect(mailbox.mails.map(({ to }) => to)).to.deep.equal([['alice@example.org']]);
      const early = await (await submit(session, fieldsOf(sent))).text();
      expect(early).to.include('The address is not confirmed').and.include('alice@example.org').and.not.include('authDone');
      await press();
      expect(await (await submit(session, fieldsOf(early))).text()).to.include('authDone');
      const { access_token: token } = await post('/register', { username: 'alice', password: 'secret', auth: { session } });
      const { threepids } = await as(token, 'GET', '/account/3pid');
      expect((threepids as Json[]).map(({ address }) => address)).to.deep.equal(['alice@example.org']);
    });

    it('for a new password as well', async () => {
      await userWith('alice@example.org');
      const session = await begin('/account/password', { new_password: 'new' });
      const sent = await (await submit(session, { email: 'alice@example.org' })).text();
      await server.idle();
      await press();
      expect(await (await submit(session, fieldsOf(sent))).text()).to.include('authDone');
      await post('/account/password', { new_password: 'new', auth: { session } });
      await logIn('alice', 'new');
    });

    it('which takes only what is an address, and no confirmation of somebody else', async () => {
      const session = await begin();
      expect(await (await submit(session, { email: 'nobody' })).text())
        .to.include('This is not a mail address')
        .and.include('type="email"');
      expect(await (await submit(session, {})).text())
        .to.include('This is not a mail address')
        .and.not.include('authDone');
      const sid = await requestToken('register', 'alice@example.org');
      await press();
      const guessed = { sent_to: 'alice@example.org', sid, client_secret: 'guessed' };
      expect(await (await submit(session, guessed)).text())
        .to.include('The address is not confirmed')
        .and.not.include('authDone');
      expect((await submit('unknown', { email: 'bob@example.org' })).status).to.equal(404);
      await server.idle();
      expect(mailbox.mails.map(({ to }) => to[0])).to.not.include('bob@example.org');
    });
  });

  it('are not supported where no mails can be sent', async () => {
    server = await boot();
    for (const purpose of ['register', 'password', 'add'] as const) {
      await expectError(requestToken(purpose, 'a@example.org'), 400, 'M_THREEPID_MEDIUM_NOT_SUPPORTED');
    }
    await expectError(post('/account/password', { new_password: 'new' }), 401, 'M_MISSING_TOKEN');
    const { flows } = (await expectError(post('/register', { username: 'alice', password: 'secret' }), 401)).body;
    expect(flows).to.deep.equal([{ stages: ['m.login.dummy'] }]);
  });

  it('are all there are: phone numbers are not supported', async () => {
    await start();
    for (const path of ['/register', '/account/password', '/account/3pid']) {
      const body = { client_secret: 'hush', country: 'GB', phone_number: '07700900001', send_attempt: 1 };
      await expectError(post(`${path}/msisdn/requestToken`, body), 400, 'M_THREEPID_MEDIUM_NOT_SUPPORTED');
    }
  });
});
