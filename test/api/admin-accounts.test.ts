import { expect } from 'chai';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import { TestUser, type Json } from '../../src/testing/test-user.ts';
import { moduleWith } from '../modules/module-with.ts';
import { v3 } from './v3.ts';

const V1 = '/_synapse/admin/v1';
const V2 = '/_synapse/admin/v2';

describe('administrators and accounts', () => {
  let server: TestServer;
  let admin: TestUser, alice: TestUser;
  let told: unknown[][];
  let mayDeactivate: boolean;

  const module = moduleWith((api) => {
    api.registerThirdPartyRulesCallbacks({
      check_can_deactivate_user(...args) {
        told.push(['check', ...args]);
        return mayDeactivate;
      },
      on_user_deactivation_status_changed: (...args) => void told.push(['status', ...args]),
      on_profile_update: (userId, profile, ...args) => void told.push(['profile', userId, { ...profile }, ...args]),
      on_add_user_third_party_identifier: (...args) => void told.push(['added', ...args]),
      on_remove_user_third_party_identifier: (...args) => void told.push(['removed', ...args]),
    });
    api.registerAccountValidityCallbacks({ on_user_registration: (...args) => void told.push(['registered', ...args]) });
  });
  beforeEach(async () => {
    [told, mayDeactivate] = [[], true];
    server = await boot({ modules: [{ module }], clock: 'fake', outside: 'caught' });
    [admin, alice] = [await server.user('admin', { admin: true }), await server.register('alice')];
    told = [];
  });
  afterEach(() => server.close());

  const path = (userId: string): string => `${V2}/users/${encodeURIComponent(userId)}`;
  const about = (what: string, userId: string): string => `${V1}/${what}/${encodeURIComponent(userId)}`;
  const get = (userId: string): Promise<Json> => admin.request('GET', path(userId));
  const put = (userId: string, body: Json): Promise<Json> => admin.request('PUT', path(userId), body);
  const isLoggedIn = (user: TestUser): Promise<boolean> =>
    user.request('GET', v3('account', 'whoami')).then(
      () => true,
      () => false,
    );
  const logIn = (user: string, password: string): Promise<TestUser> => server.login({ user, password });

  describe('look at accounts', () => {
    it('with all that tools want to know', async () => {
      await alice.setProfile('displayname', 'Alice');
      const account = await get(alice.userId);
      const { creation_ts: created, last_seen_ts: seen, ...rest } = account;
      expect(rest).to.deep.equal({
        name: alice.userId,
        displayname: 'Alice',
        avatar_url: null,
        threepids: [],
        external_ids: [],
        is_guest: false,
        admin: false,
        deactivated: false,
        erased: false,
        shadow_banned: false,
        locked: false,
        suspended: false,
        user_type: null,
        appservice_id: null,
        consent_server_notice_sent: null,
        consent_version: null,
        consent_ts: null,
      });
      expect(created).to.equal(Math.floor(server.clock.now() / 1000));
      expect(seen).to.equal(server.clock.now());
    });

    it('only where they are of this server', async () => {
      await expectError(get('@nobody:localhost'), 404, 'M_NOT_FOUND');
      await expectError(get('@alice:other.example.org'), 400, 'M_INVALID_PARAM');
      await expectError(get('alice'), 400, 'M_INVALID_PARAM');
    });
  });

  describe('list accounts', () => {
    const list = async (query = '', version = V2): Promise<{ names: string[]; total: unknown; next: unknown }> => {
      const reply = await admin.request('GET', `${version}/users?${query}`);
      return { names: (reply['users'] as Json[]).map(({ name }) => String(name)), total: reply['total'], next: reply['next_token'] };
    };
    const namesOf = async (query?: string, version?: string): Promise<string[]> => (await list(query, version)).names;

    it('page by page, in an order', async () => {
      await server.register('bob');
      const first = await list('limit=2');
      expect(first).to.deep.equal({ names: ['@admin:localhost', '@alice:localhost'], total: 3, next: '2' });
      expect(await list('limit=2&from=2')).to.deep.equal({ names: ['@bob:localhost'], total: 3, next: undefined });
      expect(await list('from=100')).to.deep.equal({ names: [], total: 3, next: undefined });
      expect(await namesOf('dir=b')).to.deep.equal(['@bob:localhost', '@alice:localhost', '@admin:localhost']);
      expect(await namesOf('order_by=admin&dir=b&limit=1')).to.deep.equal(['@admin:localhost']);
      for (const by of [
        'displayname',
        'is_guest',
        'deactivated',
        'user_type',
        'avatar_url',
        'shadow_banned',
        'creation_ts',
        'last_seen_ts',
        'locked',
      ]) {
        expect(await namesOf(`order_by=${by}`), by).to.have.length(3);
      }
      for (const wrong of ['limit=-1', 'from=-1', 'from=x', 'order_by=x', 'dir=x', 'guests=x']) {
        await expectError(list(wrong), 400, 'M_INVALID_PARAM');
      }
    });

    it('by name, id, and what they are', async () => {
      const guest = await server.guest();
      const bot = await put('@helper:localhost', { displayname: 'Änne 100%', user_type: 'bot' });
      await put('@locked:localhost', { locked: true });
      await put('@gone:localhost', { deactivated: true });
      expect(bot['user_type']).to.equal('bot');
      expect(await namesOf('name=LI')).to.deep.equal([alice.userId]);
      expect(await namesOf(`name=${encodeURIComponent('Änne')}`)).to.deep.equal(['@helper:localhost']);
      expect(await namesOf(`name=${encodeURIComponent('00%')}`)).to.deep.equal(['@helper:localhost']);
      expect(await namesOf('name=localhost')).to.deep.equal([]);
      expect(await namesOf('user_id=ice:local')).to.deep.equal([alice.userId]);
      expect(await namesOf('name=alice&user_id=admin')).to.deep.equal([alice.userId]);
      expect(await namesOf('guests=false')).to.not.include(guest.userId);
      expect(await namesOf('admins=true')).to.deep.equal([admin.userId]);
      expect(await namesOf('admins=false&guests=false')).to.deep.equal([alice.userId, '@helper:localhost']);
      expect(await namesOf('not_user_type=bot&guests=false')).to.deep.equal([admin.userId, alice.userId]);
      expect(await namesOf('not_user_type=&not_user_type=support')).to.deep.equal(['@helper:localhost']);
      expect(await namesOf('locked=true'))
        .to.include('@locked:localhost')
        .and.not.include('@gone:localhost');
      expect(await namesOf('deactivated=true'))
        .to.include('@gone:localhost')
        .and.include(alice.userId);
      const v3Users = '/_synapse/admin/v3';
      expect(await namesOf('deactivated=true', v3Users)).to.deep.equal(['@gone:localhost']);
      expect(await namesOf('deactivated=false', v3Users)).to.not.include('@gone:localhost');
      expect(await namesOf('', v3Users)).to.include('@gone:localhost');
    });
  });

  describe('make accounts', () => {
    it('with all that they are to have', async () => {
      const made = await put('@bob:localhost', {
        password: 'a password',
        displayname: 'Bob',
        avatar_url: 'mxc://localhost/bob',
        admin: true,
        user_type: 'support',
        threepids: [{ medium: 'email', address: 'Bob@Example.org' }],
        external_ids: [{ auth_provider: 'sso', external_id: 'b' }],
      });
      expect(made).to.deep.include({
        name: '@bob:localhost',
        displayname: 'Bob',
        avatar_url: 'mxc://localhost/bob',
        admin: true,
        user_type: 'support',
        external_ids: [{ auth_provider: 'sso', external_id: 'b' }],
      });
      expect(made['threepids']).to.have.deep.nested.property('[0].address', 'bob@example.org');
      expect(told).to.deep.equal([
        ['registered', '@bob:localhost'],
        ['added', '@bob:localhost', 'email', 'bob@example.org'],
      ]);
      await logIn('bob', 'a password');
      const response = await server.fetch(path('@carol:localhost'), {
        method: 'PUT',
        headers: { authorization: `Bearer ${admin.accessToken}` },
        body: '{}',
      });
      expect(response.status).to.equal(201);
    });

    it('not of any name, and not of other servers', async () => {
      await expectError(put('@Bob:localhost', {}), 400, 'M_INVALID_USERNAME');
      await expectError(put('@bob:example.org', {}), 400, 'M_INVALID_PARAM');
      await expectError(put('@bob:localhost', { password: '' }), 400, 'M_WEAK_PASSWORD');
      await expectError(put('@bob:localhost', { threepids: [{ medium: 'email', address: 'bob' }] }), 400, 'M_INVALID_PARAM');
      await expectError(get('@bob:localhost'), 404, 'M_NOT_FOUND');
    });
  });

  describe('change accounts', () => {
    it('password, names and rights', async () => {
      expect(await put(alice.userId, { password: 'new', logout_devices: false, displayname: 'Al', admin: true })).to.include({
        displayname: 'Al',
        admin: true,
      });
      expect(await isLoggedIn(alice)).to.equal(true);
      expect(told).to.deep.equal([['profile', alice.userId, { displayName: 'Al', avatarUrl: undefined }, true, false]]);
      await put(alice.userId, { password: 'newer', displayname: '', admin: false, user_type: 'bot' });
      expect(await isLoggedIn(alice)).to.equal(false);
      expect(await get(alice.userId)).to.include({ displayname: null, admin: false, user_type: 'bot' });
      expect(await put(alice.userId, { user_type: null })).to.include({ user_type: null });
      await expectError(logIn('alice', 'new'), 403, 'M_FORBIDDEN');
      await logIn('alice', 'newer');
    });

    it('nothing that is not named', async () => {
      await put(alice.userId, { displayname: 'Al', threepids: [{ medium: 'email', address: 'al@example.org' }] });
      const before = await get(alice.userId);
      told = [];
      expect(await put(alice.userId, {})).to.deep.equal(before);
      expect(await put(alice.userId, { password: null, unknown: 1 })).to.deep.equal(before);
      expect(told).to.deep.equal([]);
      expect(await isLoggedIn(alice)).to.equal(true);
    });

    it('addresses and identities, which belong to one account each', async () => {
      const [one, two] = [
        { medium: 'email', address: 'one@example.org' },
        { medium: 'email', address: 'two@example.org' },
      ];
      await put(alice.userId, { threepids: [one], external_ids: [{ auth_provider: 'sso', external_id: 'a' }] });
      await put(alice.userId, { threepids: [two] });
      await server.idle();
      expect(server.outside.takeMail('one@example.org').text).to.include('was removed');
      expect((await get(alice.userId))['threepids']).to.have.length(1);
      expect(told).to.deep.equal([
        ['added', alice.userId, 'email', 'one@example.org'],
        ['added', alice.userId, 'email', 'two@example.org'],
        ['removed', alice.userId, 'email', 'one@example.org'],
      ]);
      await expectError(put('@bob:localhost', { threepids: [two] }), 400, 'M_THREEPID_IN_USE');
      await expectError(put('@bob:localhost', { external_ids: [{ auth_provider: 'sso', external_id: 'a' }] }), 409);
      await put(alice.userId, { external_ids: [], threepids: [] });
      await server.idle();
      server.outside.takeMail('two@example.org');
      await put('@bob:localhost', { external_ids: [{ auth_provider: 'sso', external_id: 'a' }] });
    });

    it('locked, and open again; not themselves, nor each other', async () => {
      await put(alice.userId, { locked: true });
      await expectError(alice.request('GET', v3('account', 'whoami')), 401, 'M_USER_LOCKED');
      await put(alice.userId, { locked: false });
      expect(await isLoggedIn(alice)).to.equal(true);
      await put(alice.userId, { admin: true });
      await expectError(put(alice.userId, { locked: true }), 403, 'M_FORBIDDEN');
      await expectError(put(admin.userId, { locked: true }), 403, 'M_FORBIDDEN');
      await expectError(put(admin.userId, { admin: false }), 403, 'M_FORBIDDEN');
      await expectError(put(alice.userId, { locked: true, deactivated: true }), 400, 'M_INVALID_PARAM');
      expect(await put(admin.userId, { locked: false, admin: true })).to.include({ admin: true, locked: false });
    });

    for (const [key, value] of Object.entries({
      password: 5,
      admin: 'yes',
      displayname: 5,
      deactivated: null,
      locked: 'x',
      threepids: {},
      user_type: 'x',
    })) {
      it(`to nothing of a wrong form: ${key}`, () => expectError(put(alice.userId, { [key]: value }), 400, 'M_BAD_JSON'));
    }
  });

  describe('end accounts', () => {
    it('which leave their rooms, and can be opened again', async () => {
      const room = await alice.createRoom({});
      await put(alice.userId, { deactivated: true });
      await server.idle();
      expect(await isLoggedIn(alice)).to.equal(false);
      expect(await get(alice.userId)).to.include({ deactivated: true, erased: false });
      await put(alice.userId, { deactivated: true });
      expect(told).to.deep.equal([
        ['check', alice.userId, true],
        ['status', alice.userId, true, true],
      ]);
      told = [];
      await put(alice.userId, { deactivated: false, password: 'again' });
      expect(told).to.deep.equal([['status', alice.userId, false, true]]);
      const back = await logIn('alice', 'again');
      expect(await back.request('GET', v3('joined_rooms'))).to.deep.equal({ joined_rooms: [] });
      expect((await admin.searchUsers('alice')).length).to.equal(0);
      expect(room).to.be.a('string');
    });

    it('for good, with what they said of themselves where that is wanted', async () => {
      await alice.setProfile('displayname', 'Alice');
      told = [];
      expect(await admin.request('POST', about('deactivate', alice.userId))).to.deep.equal({ id_server_unbind_result: 'success' });
      expect(await get(alice.userId)).to.include({ deactivated: true, erased: false, displayname: 'Alice' });
      await admin.request('POST', about('deactivate', alice.userId), { erase: true });
      await admin.request('POST', about('deactivate', alice.userId), {});
      expect(await get(alice.userId)).to.include({ deactivated: true, erased: true, displayname: null });
      expect(told).to.deep.equal([
        ['check', alice.userId, true],
        ['status', alice.userId, true, true],
        ['profile', alice.userId, { displayName: undefined, avatarUrl: undefined }, true, true],
      ]);
      expect(await put(alice.userId, { deactivated: false })).to.include({ deactivated: false, erased: false });
    });

    it('unless a module refuses it', async () => {
      mayDeactivate = false;
      await expectError(put(alice.userId, { deactivated: true }), 403, 'M_FORBIDDEN');
      await expectError(admin.request('POST', about('deactivate', alice.userId), { erase: true }), 403, 'M_FORBIDDEN');
      expect(await isLoggedIn(alice)).to.equal(true);
    });

    it('that exist', async () => {
      await expectError(admin.request('POST', about('deactivate', '@nobody:localhost'), {}), 404, 'M_NOT_FOUND');
      await expectError(admin.request('POST', about('deactivate', '@a:example.org'), {}), 400, 'M_INVALID_PARAM');
      await expectError(admin.request('POST', about('deactivate', alice.userId), { erase: 'x' }), 400, 'M_BAD_JSON');
    });
  });

  describe('besides', () => {
    const reset = (userId: string, body: Json): Promise<Json> => admin.request('POST', about('reset_password', userId), body);
    const rights = `${V1}/users/${encodeURIComponent('@alice:localhost')}/admin`;

    it('set passwords', async () => {
      expect(await reset(alice.userId, { new_password: 'one', logout_devices: false })).to.deep.equal({});
      expect(await isLoggedIn(alice)).to.equal(true);
      await reset(alice.userId, { new_password: 'two' });
      expect(await isLoggedIn(alice)).to.equal(false);
      await logIn('alice', 'two');
      await expectError(reset(alice.userId, {}), 400, 'M_BAD_JSON');
      await expectError(reset(alice.userId, { new_password: '' }), 400, 'M_WEAK_PASSWORD');
      await expectError(reset('@nobody:localhost', { new_password: 'x' }), 404, 'M_NOT_FOUND');
      await reset(admin.userId, { new_password: 'mine' });
      expect(await isLoggedIn(admin), 'who sets their own stays logged in').to.equal(true);
    });

    it('make others administrators, and undo it', async () => {
      expect(await admin.request('GET', rights)).to.deep.equal({ admin: false });
      await admin.request('PUT', rights, { admin: true });
      expect(await alice.request('GET', rights)).to.deep.equal({ admin: true });
      await expectError(alice.request('PUT', rights, { admin: false }), 403, 'M_FORBIDDEN');
      await admin.request('PUT', rights, { admin: false });
      await expectError(alice.request('GET', rights), 403, 'M_FORBIDDEN');
      await expectError(admin.request('PUT', rights, {}), 400, 'M_BAD_JSON');
    });

    it('log in as somebody, without a device', async () => {
      const logInAs = (userId: string, body?: Json): Promise<Json> => admin.request('POST', `${V1}/users/${encodeURIComponent(userId)}/login`, body);
      const { access_token: token } = await logInAs(alice.userId);
      const puppet = TestUser.ofSession(server.fetch, { user_id: alice.userId, access_token: token });
      expect(await puppet.request('GET', v3('account', 'whoami'))).to.deep.equal({ user_id: alice.userId, is_guest: false });
      expect(await alice.devices()).to.have.length(1);
      const room = await puppet.createRoom({});
      await puppet.send(room, 'in her name');
      const { access_token: short } = await logInAs(alice.userId, { valid_until_ms: server.clock.now() + 1_000 });
      const brief = TestUser.ofSession(server.fetch, { user_id: alice.userId, access_token: short });
      await brief.sync();
      await server.advance(2_000);
      await expectError(brief.sync(), 401, 'M_UNKNOWN_TOKEN');
      await expectError(logInAs(admin.userId), 403, 'M_FORBIDDEN');
      await expectError(logInAs('@nobody:localhost'), 404, 'M_NOT_FOUND');
      await expectError(logInAs(alice.userId, { valid_until_ms: 'x' }), 400, 'M_BAD_JSON');
    });

    it('look at devices, rooms and connections, and at names that are free', async () => {
      const room = await alice.createRoom({});
      const of = (what: string): string => `${V1}/users/${encodeURIComponent(alice.userId)}/${what}`;
      expect(await admin.request('GET', of('joined_rooms'))).to.deep.equal({ joined_rooms: [room], total: 1 });
      const { devices, total } = (await admin.request('GET', `${path(alice.userId)}/devices`)) as { devices: Json[]; total: number };
      expect([devices.map(({ device_id: id, user_id: user }) => [id, user]), total]).to.deep.equal([[[alice.deviceId, alice.userId]], 1]);
      expect(await admin.request('GET', about('whois', alice.userId))).to.have.nested.property(`devices.${alice.deviceId}.sessions`);
      const isFree = (name: string): Promise<Json> => admin.request('GET', `${V1}/username_available?username=${name}`);
      expect(await isFree('bob')).to.deep.equal({ available: true });
      await expectError(isFree('alice'), 400, 'M_USER_IN_USE');
      await expectError(admin.request('GET', `${V1}/users/@nobody:localhost/joined_rooms`), 404, 'M_NOT_FOUND');
      await expectError(admin.request('GET', `${path('@nobody:localhost')}/devices`), 404, 'M_NOT_FOUND');
    });

    it('suspend and shadow-ban', async () => {
      const room = await alice.createRoom({ preset: 'public_chat' });
      await admin.join(room);
      const suspend = about('suspend', alice.userId);
      await admin.request('PUT', suspend, { suspend: true });
      await expectError(alice.send(room, 'hello'), 403, 'M_USER_SUSPENDED');
      await admin.request('PUT', suspend, { suspend: false });
      const ban = `${V1}/users/${encodeURIComponent(alice.userId)}/shadow_ban`;
      await admin.request('POST', ban);
      const hidden = await alice.send(room, 'hidden');
      await admin.request('DELETE', ban);
      const shown = await alice.send(room, 'shown');
      expect((await admin.messages(room, 2)).map(({ event_id }) => event_id))
        .to.include(shown)
        .and.not.include(hidden);
      expect((await alice.getEvent(room, hidden)).event_id).to.equal(hidden);
      await expectError(admin.request('POST', `${V1}/users/${encodeURIComponent(admin.userId)}/shadow_ban`), 403, 'M_FORBIDDEN');
    });

    it('find out the version of the server', async () => {
      expect(await server.request('GET', `${V1}/server_version`))
        .to.have.property('server_version')
        .that.matches(/^Plexus \d+\.\d+/);
    });
  });
});
