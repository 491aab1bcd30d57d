import { expect } from 'chai';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import { requestJson } from '../../src/testing/request.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { byPassword, clientOf } from './client.ts';

describe('account management', () => {
  let server: TestServer;
  const { post, get, as, register, logIn } = clientOf(() => server);
  beforeEach(async () => (server = await boot({ clock: 'fake', config: { tokens: { refreshable_access_lifetime: '5m' } } })));
  afterEach(() => server.close());

  describe('refresh tokens', () => {
    const refresh = (refreshToken: unknown): Promise<Json> => post('/refresh', { refresh_token: refreshToken });

    it('come with access tokens that expire softly', async () => {
      await register('alice');
      const first = await logIn('alice', undefined, { refresh_token: true });
      expect(first).to.include({ expires_in_ms: 300_000 });
      await as(first['access_token']);
      await server.advance(300_000);
      const expired = await expectError(as(first['access_token']), 401, 'M_UNKNOWN_TOKEN');
      expect(expired.body).to.include({ soft_logout: true });
      const second = await refresh(first['refresh_token']);
      expect(second).to.have.all.keys('access_token', 'refresh_token', 'expires_in_ms');
      expect(await as(second['access_token'])).to.include({ device_id: first['device_id'] });
    });

    it('stay valid until what they were exchanged for is used', async () => {
      const first = await register('alice', { refresh_token: true });
      const lost = await refresh(first['refresh_token']);
      const second = await refresh(first['refresh_token']);
      await expectError(as(lost['access_token']), 401, 'M_UNKNOWN_TOKEN');
      await expectError(refresh(lost['refresh_token']), 401, 'M_UNKNOWN_TOKEN');
      await as(second['access_token']);
      await expectError(refresh(first['refresh_token']), 401, 'M_UNKNOWN_TOKEN');
      await expectError(as(first['access_token']), 401, 'M_UNKNOWN_TOKEN');
    });

    it('end when the next one is exchanged', async () => {
      const first = await register('alice', { refresh_token: true });
      const second = await refresh(first['refresh_token']);
      const third = await refresh(second['refresh_token']);
      await expectError(refresh(first['refresh_token']), 401, 'M_UNKNOWN_TOKEN');
      await as(third['access_token']);
    });

    it('end with the device', async () => {
      const first = await register('alice', { refresh_token: true });
      await as(first['access_token'], 'POST', '/logout');
      await expectError(refresh(first['refresh_token']), 401, 'M_UNKNOWN_TOKEN');
      await expectError(refresh('plr_wrong'), 401, 'M_UNKNOWN_TOKEN');
    });
  });

  describe('login tokens', () => {
    const issue = async (token: unknown): Promise<unknown> =>
      ((await requestJson(server.url, 'POST', '/_matrix/client/v1/login/get_token', { auth: byPassword('alice') }, String(token))) as Json)[
        'login_token'
      ];

    it('log one more client in, once, within two minutes', async () => {
      const { access_token: token } = await register('alice');
      const loginToken = await issue(token);
      expect(await post('/login', { type: 'm.login.token', token: loginToken })).to.include({ user_id: '@alice:localhost' });
      await expectError(post('/login', { type: 'm.login.token', token: loginToken }), 403, 'M_FORBIDDEN');
      const late = await issue(token);
      await server.advance(120_000);
      await expectError(post('/login', { type: 'm.login.token', token: late }), 403, 'M_FORBIDDEN');
    });

    it('are told of', async () => {
      expect(await get('/login')).to.deep.equal({ flows: [{ type: 'm.login.password' }, { type: 'm.login.token', get_login_token: true }] });
    });
  });

  describe('changing the password', () => {
    const change = (token: unknown, more: Json = {}): Promise<Json> =>
      as(token, 'POST', '/account/password', { new_password: 'better', auth: byPassword('alice'), ...more });

    it('logs out all other devices', async () => {
      const [own, other] = [await register('alice'), await logIn('alice')];
      await change(own['access_token']);
      await as(own['access_token']);
      await expectError(as(other['access_token']), 401, 'M_UNKNOWN_TOKEN');
      await expectError(logIn('alice'), 403, 'M_FORBIDDEN');
      await logIn('alice', 'better');
    });

    it('leaves them logged in when it is told so', async () => {
      const [own, other] = [await register('alice'), await logIn('alice')];
      await change(own['access_token'], { logout_devices: false });
      await as(other['access_token']);
    });

    it('needs the old one, and a new one', async () => {
      const { access_token: token } = await register('alice');
      await expectError(change(token, { auth: byPassword('alice', 'wrong') }), 401, 'M_FORBIDDEN');
      await expectError(change(token, { auth: undefined }), 401);
      await expectError(change(token, { new_password: '' }), 400, 'M_WEAK_PASSWORD');
      await expectError(change(token, { new_password: 'x'.repeat(513) }), 400, 'M_INVALID_PARAM');
      await expectError(change(token, { new_password: undefined }), 400, 'M_BAD_JSON');
      await logIn('alice');
    });
  });

  describe('deactivating', () => {
    const deactivate = (token: unknown, more: Json = {}): Promise<Json> =>
      as(token, 'POST', '/account/deactivate', { auth: byPassword('alice'), ...more });

    it('ends all access, for good', async () => {
      const [own, other] = [await register('alice'), await logIn('alice')];
      expect(await deactivate(own['access_token'])).to.deep.equal({ id_server_unbind_result: 'success' });
      for (const { access_token: token } of [own, other]) await expectError(as(token), 401, 'M_UNKNOWN_TOKEN');
      await expectError(logIn('alice'), 403, 'M_USER_DEACTIVATED');
      await expectError(register('alice'), 400, 'M_USER_IN_USE');
      await expectError(get('/profile/@alice:localhost'), 404, 'M_NOT_FOUND');
    });

    it('with erasure, keeps what the user said from those who join later', async () => {
      const [bob, carol] = [await server.user('bob'), await server.user('carol')];
      const room = await bob.createRoom({ preset: 'public_chat' });
      const { access_token: token } = await register('alice');
      const inRoom = `/rooms/${encodeURIComponent(room)}`;
      await as(token, 'POST', `${inRoom}/join`, {});
      const { event_id: said } = await as(token, 'PUT', `${inRoom}/send/m.room.message/1`, { msgtype: 'm.text', body: 'my name is Alice' });
      await deactivate(token, { erase: true });
      await carol.join(room);
      const seenBy = async (user: typeof bob): Promise<unknown> => {
        const found = (await user.messages(room)).find((event) => event['event_id'] === said);
        return found?.['content'];
      };
      expect(await seenBy(bob)).to.deep.equal({ msgtype: 'm.text', body: 'my name is Alice' });
      expect(await seenBy(carol)).to.deep.equal({});
      expect(await carol.request('GET', `/_matrix/client/v3${inRoom}/event/${encodeURIComponent(String(said))}`)).to.deep.include({ content: {} });
      const synced = JSON.stringify(await carol.sync());
      expect(synced).to.include(String(said));
      expect(synced).to.not.include('my name is Alice');
    });

    it('leaves all rooms and invitations', async () => {
      const bob = await server.user('bob');
      const { access_token: token } = await register('alice');
      const rooms = [await bob.createRoom({ preset: 'public_chat' }), await bob.createRoom({ invite: ['@alice:localhost'] })];
      await as(token, 'POST', `/join/${encodeURIComponent(rooms[0]!)}`, {});
      await deactivate(token, { erase: true });
      await server.idle();
      for (const room of rooms) expect(await bob.getState(room, 'm.room.member', '@alice:localhost')).to.include({ membership: 'leave' });
    });
  });

  describe('devices', () => {
    it('are listed with their names and when they were last seen', async () => {
      const start = server.clock.now();
      const { access_token: token } = await register('alice', { device_id: 'PHONE', initial_device_display_name: 'my phone' });
      const device = { device_id: 'PHONE', display_name: 'my phone', last_seen_ip: '127.0.0.1', last_seen_ts: start };
      expect(await as(token, 'GET', '/devices')).to.deep.equal({ devices: [device] });
      await server.advance(600_000);
      await as(token);
      await server.idle();
      expect(await as(token, 'GET', '/devices/PHONE')).to.deep.equal({ ...device, last_seen_ts: start + 600_000 });
    });

    it('are renamed', async () => {
      const { access_token: token } = await register('alice', { device_id: 'PHONE' });
      await as(token, 'PUT', '/devices/PHONE', { display_name: 'old phone' });
      await as(token, 'PUT', '/devices/PHONE', {});
      expect(await as(token, 'GET', '/devices/PHONE')).to.include({ display_name: 'old phone' });
      await expectError(as(token, 'PUT', '/devices/PHONE', { display_name: 'x'.repeat(300) }), 400, 'M_INVALID_PARAM');
      await expectError(as(token, 'PUT', '/devices/OTHER', { display_name: 'x' }), 404, 'M_NOT_FOUND');
      await expectError(as(token, 'GET', '/devices/OTHER'), 404, 'M_NOT_FOUND');
    });

    it('are deleted, with those who are logged in on them', async () => {
      const { access_token: token } = await register('alice', { device_id: 'OWN' });
      const lost = await logIn('alice', undefined, { device_id: 'LOST' });
      await as(lost['access_token']);
      await expectError(as(token, 'DELETE', '/devices/LOST'), 401);
      await as(token, 'DELETE', '/devices/LOST', { auth: byPassword('alice') });
      await expectError(as(lost['access_token']), 401, 'M_UNKNOWN_TOKEN');
      await as(token, 'DELETE', '/devices/LOST', { auth: byPassword('alice') });
    });

    it('are those of the user alone', async () => {
      const { access_token: token } = await register('alice', { device_id: 'PHONE' });
      const bob = await register('bob');
      await expectError(as(bob['access_token'], 'GET', '/devices/PHONE'), 404, 'M_NOT_FOUND');
      await as(bob['access_token'], 'POST', '/delete_devices', { devices: ['PHONE'], auth: byPassword('bob') });
      await as(token);
    });
  });

  it('tells which names are free', async () => {
    await register('alice');
    expect(await get('/register/available?username=bob')).to.deep.equal({ available: true });
    await expectError(get('/register/available?username=alice'), 400, 'M_USER_IN_USE');
    await expectError(get('/register/available?username=A%20B'), 400, 'M_INVALID_USERNAME');
    await expectError(get('/register/available'), 400, 'M_MISSING_PARAM');
  });
});
