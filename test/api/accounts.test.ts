import { expect } from 'chai';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { clientOf, DUMMY } from './client.ts';

const V3 = '/_matrix/client/v3';

describe('accounts', () => {
  let server: TestServer;
  beforeEach(async () => (server = await boot({ clock: 'fake' })));
  afterEach(() => server.close());

  const { post, get, as: asToken, register, logIn } = clientOf(() => server);

  describe('registration', () => {
    it('asks for authentication first, without an error code, and then makes the account', async () => {
      const asked = await expectError(post('/register', { username: 'alice', password: 'secret' }), 401);
      expect(asked.body).to.have.all.keys('flows', 'params', 'session');
      expect(asked.body['flows']).to.deep.equal([{ stages: ['m.login.dummy'] }]);
      const made = await register('alice', { auth: { ...DUMMY, session: asked.body['session'] } });
      expect(made).to.include({ user_id: '@alice:localhost', home_server: 'localhost' });
      expect(made['device_id']).to.match(/^[A-Z]{10}$/);
      expect(made).to.not.have.any.keys('refresh_token', 'expires_in_ms');
      expect(await asToken(made['access_token'])).to.deep.equal({ user_id: '@alice:localhost', device_id: made['device_id'], is_guest: false });
    });

    it('uses an authentication once', async () => {
      const asked = await expectError(post('/register', {}), 401);
      const auth = { ...DUMMY, session: asked.body['session'] };
      await post('/register', { auth });
      await expectError(post('/register', { auth }), 401, 'M_FORBIDDEN');
    });

    it('chooses a name when none is asked for', async () => {
      const [one, other] = [await post('/register', { auth: DUMMY }), await post('/register', { auth: DUMMY })];
      expect(one['user_id']).to.match(/^@[a-z0-9]+:localhost$/);
      expect(one['user_id']).to.not.equal(other['user_id']);
    });

    it('keeps the device that the client names, and logs nobody in when it is told so', async () => {
      expect(await register('alice', { device_id: 'PHONE' })).to.include({ device_id: 'PHONE' });
      expect(await register('bob', { inhibit_login: true })).to.deep.equal({ user_id: '@bob:localhost' });
      expect(await logIn('bob')).to.include({ user_id: '@bob:localhost' });
    });

    it('writes a name small', async () => {
      expect(await register('Alice')).to.include({ user_id: '@alice:localhost' });
      await expectError(post('/register', { username: 'ALICE' }), 400, 'M_USER_IN_USE');
      await expectError(get('/register/available?username=aLice'), 400, 'M_USER_IN_USE');
    });

    it('refuses a name that is taken or not well formed before it asks for authentication', async () => {
      await register('alice');
      await expectError(post('/register', { username: 'alice' }), 400, 'M_USER_IN_USE');
      for (const username of ['al ice', '@alice:localhost', '', 'ä', 'a'.repeat(250)]) {
        await expectError(post('/register', { username }), 400, 'M_INVALID_USERNAME');
      }
    });

    it('lets guests in without authentication, ignoring what they ask for', async () => {
      const guest = await post('/register?kind=guest', { username: 'root', device_id: 'MINE', initial_device_display_name: 'kiosk' });
      expect(guest['user_id']).to.not.equal('@root:localhost');
      expect(guest['device_id']).to.not.equal('MINE');
      expect(await asToken(guest['access_token'])).to.include({ is_guest: true });
      await expectError(asToken(guest['access_token'], 'POST', '/createRoom', {}), 403, 'M_GUEST_ACCESS_FORBIDDEN');
      await expectError(post('/register?kind=robot'), 400, 'M_INVALID_PARAM');
    });

    it('lets a guest keep the account', async () => {
      const [guest, other] = [await post('/register?kind=guest'), await post('/register?kind=guest')];
      const name = String(guest['user_id']).slice(1).replace(':localhost', '');
      await expectError(register(name), 400, 'M_USER_IN_USE');
      await expectError(register(name, { guest_access_token: other['access_token'] }), 403, 'M_FORBIDDEN');
      await expectError(register(name, { guest_access_token: 'wrong' }), 401, 'M_UNKNOWN_TOKEN');
      await register(name, { guest_access_token: guest['access_token'] });
      expect(await asToken(guest['access_token'])).to.include({ is_guest: false });
      await logIn(name);
      await expectError(register(name, { guest_access_token: guest['access_token'] }), 403, 'M_FORBIDDEN');
    });
  });

  describe('registration by configuration', () => {
    const booted = async (
      registration: Json,
      work: (post: (path: string, body?: unknown) => Promise<unknown>) => Promise<unknown>,
    ): Promise<void> => {
      const other = await boot({ config: { registration } });
      try {
        await work((path, body = {}) => other.request('POST', V3 + path, body));
      } finally {
        await other.close();
      }
    };

    it('can be closed', () =>
      booted({ mode: 'closed' }, async (send) => {
        await expectError(send('/register', { username: 'alice', auth: DUMMY }), 403, 'M_FORBIDDEN');
        await expectError(send('/register?kind=guest'), 403, 'M_FORBIDDEN');
      }));

    it('can be open to this machine only', () => booted({ mode: 'open', open_to: 'loopback' }, (send) => send('/register', { auth: DUMMY })));

    it('can be open to this machine only, and knows who is not on it', async () => {
      const other = await boot({
        config: { registration: { mode: 'open', open_to: 'loopback' }, listeners: [{ port: 0, trusted_proxies: ['127.0.0.1'] }] },
      });
      const response = await fetch(`${other.url}${V3}/register`, {
        method: 'POST',
        headers: { 'x-forwarded-for': '203.0.113.7' },
        body: JSON.stringify({ auth: DUMMY }),
      });
      expect(response.status).to.equal(403);
      await other.close();
    });

    it('can need a token', () =>
      booted({ mode: 'token' }, async (send) => {
        const asked = await expectError(send('/register', {}), 401);
        expect(asked.body['flows']).to.deep.equal([{ stages: ['m.login.registration_token'] }]);
        const auth = { type: 'm.login.registration_token', token: 'wrong', session: asked.body['session'] };
        const refused = await expectError(send('/register', { auth }), 401, 'M_FORBIDDEN');
        expect(refused.body['session']).to.equal(asked.body['session']);
      }));
  });

  describe('login', () => {
    beforeEach(() => register('alice', { device_id: 'FIRST' }));

    it('works by localpart, by user id, in the old form, and however it is typed', async () => {
      for (const user of ['alice', '@alice:localhost', 'Alice']) expect(await logIn(user)).to.include({ user_id: '@alice:localhost' });
      expect(await post('/login', { type: 'm.login.password', user: 'alice', password: 'secret' })).to.include({ user_id: '@alice:localhost' });
    });

    it('refuses a wrong password, an unknown user and anybody of elsewhere in the same way', async () => {
      const refusals = [
        await expectError(logIn('alice', 'wrong'), 403, 'M_FORBIDDEN'),
        await expectError(logIn('nobody'), 403, 'M_FORBIDDEN'),
        await expectError(logIn('@alice:elsewhere'), 403, 'M_FORBIDDEN'),
        await expectError(post('/login', { type: 'm.login.password', medium: 'email', address: 'a@b.c', password: 'secret' }), 403, 'M_FORBIDDEN'),
      ];
      expect(new Set(refusals.map((refusal) => refusal.message.replace(/^.*answered/, ''))).size).to.equal(1);
    });

    it('refuses what it does not know or what is not complete', async () => {
      await expectError(post('/login', { type: 'm.login.magic' }), 400, 'M_UNKNOWN');
      await expectError(post('/login', { password: 'secret' }), 400, 'M_BAD_JSON');
      await expectError(post('/login', { type: 'm.login.password', password: 'secret' }), 400, 'M_MISSING_PARAM');
      await expectError(post('/login', { type: 'm.login.password', user: 'alice' }), 400, 'M_MISSING_PARAM');
      await expectError(logIn('alice', 'secret', { device_id: '' }), 400, 'M_INVALID_PARAM');
    });

    it('limits attempts on one account, from wherever they come', async () => {
      const other = await boot({ clock: 'fake', config: { rate_limits: { enabled: true, login: { per_second: 1, burst: 3 } } } });
      const attempt = (from: number): Promise<Response> =>
        fetch(`${other.url}${V3}/login`, {
          method: 'POST',
          headers: { 'x-forwarded-for': `203.0.113.${from}` },
          body: JSON.stringify({ type: 'm.login.password', user: 'alice', password: 'guess' }),
        });
      for (const from of [1, 2, 3]) expect((await attempt(from)).status).to.equal(403);
      const limited = await attempt(4);
      expect(limited.status).to.equal(429);
      expect(limited.headers.get('retry-after')).to.equal('1');
      await other.advance(1000);
      expect((await attempt(5)).status).to.equal(403);
      await other.close();
    });

    it('ends the tokens that a device had before', async () => {
      const first = await logIn('alice', 'secret', { device_id: 'PHONE' });
      await asToken(first['access_token']);
      const second = await logIn('alice', 'secret', { device_id: 'PHONE' });
      const refused = await expectError(asToken(first['access_token']), 401, 'M_UNKNOWN_TOKEN');
      expect(refused.body).to.not.have.property('soft_logout');
      expect(await asToken(second['access_token'])).to.include({ device_id: 'PHONE' });
    });
  });

  describe('logout', () => {
    it('ends the token and deletes the device, and no other', async () => {
      const [one, other] = [await register('alice'), await logIn('alice')];
      await asToken(one['access_token'], 'POST', '/logout', {});
      await expectError(asToken(one['access_token']), 401, 'M_UNKNOWN_TOKEN');
      await asToken(other['access_token']);
    });

    it('ends all tokens at once', async () => {
      const [one, other] = [await register('alice'), await logIn('alice')];
      await asToken(one['access_token'], 'POST', '/logout/all');
      for (const { access_token } of [one, other]) await expectError(asToken(access_token), 401, 'M_UNKNOWN_TOKEN');
    });

    it('ends a /sync that waits', async () => {
      const { access_token: token } = await register('alice');
      const { next_batch: since } = await asToken(token, 'GET', '/sync?timeout=0');
      const waiting = asToken(token, 'GET', `/sync?since=${String(since)}&timeout=30000`);
      const ended = expectError(waiting, 401, 'M_UNKNOWN_TOKEN');
      // While these are answered, the /sync before them has begun to wait.
      for (let request = 0; request < 3; request++) await asToken(token);
      await asToken(token, 'POST', '/logout');
      await ended;
    });

    it('needs a token', async () => {
      await expectError(post('/logout'), 401, 'M_MISSING_TOKEN');
      await expectError(get('/account/whoami'), 401, 'M_MISSING_TOKEN');
      await expectError(asToken('plx_wrong'), 401, 'M_UNKNOWN_TOKEN');
    });
  });
});
