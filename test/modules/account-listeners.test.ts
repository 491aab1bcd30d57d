import { expect } from 'chai';
import type { ModuleApi } from '../../src/modules/public.ts';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { byPassword, clientOf } from '../api/client.ts';
import { confirmAddress } from '../support/confirm-address.ts';
import { openMailbox, type Mailbox } from '../support/mailbox.ts';

const ALICE = '@alice:localhost';
const EMAIL = 'alice@example.org';

/** What the module was told, in order. */
let told: (readonly unknown[])[] = [];
let mayDeactivate: boolean | undefined;
let fails = false;
let api: ModuleApi;

class Watch {
  constructor(_config: unknown, given: ModuleApi) {
    api = given;
    const hear =
      (name: string) =>
      (...args: readonly unknown[]): void => {
        told.push([name, ...args]);
        if (fails) throw new Error('as asked for');
      };
    given.registerThirdPartyRulesCallbacks({
      check_can_deactivate_user(...args) {
        told.push(['may deactivate', ...args]);
        if (mayDeactivate === undefined) throw new Error('as asked for');
        return mayDeactivate;
      },
      on_profile_update: hear('profile'),
      on_user_deactivation_status_changed: hear('deactivated'),
      on_threepid_bind: hear('bound'),
      on_add_user_third_party_identifier: hear('added'),
      on_remove_user_third_party_identifier: hear('removed'),
    });
    given.registerAccountDataCallbacks({ on_account_data_updated: hear('data') });
  }
}

describe('what modules are told about accounts', () => {
  let server: TestServer;
  let mailbox: Mailbox;
  let token: unknown;
  const client = clientOf(() => server);
  const asAlice = (method: string, path: string, body?: unknown): Promise<Json> => client.as(token, method, path, body);
  before(async () => (mailbox = await openMailbox()));
  after(() => mailbox.close());
  beforeEach(async () => {
    mayDeactivate = true;
    fails = false;
    server = await boot({
      modules: [{ module: Watch }],
      config: {
        public_baseurl: 'https://matrix.example.org',
        mail: { host: '127.0.0.1', port: mailbox.port, security: 'none', from: 'noreply@example.org' },
      },
    });
    token = (await client.register('alice'))['access_token'];
    told = [];
  });
  afterEach(() => server.close());

  describe('on_profile_update', () => {
    const field = (name: string): string => `/profile/${ALICE}/${name}`;
    const now = (displayName?: string, avatarUrl?: string): Json => ({ displayName, avatarUrl });

    it('is told of each change to any field, with what the profile says then', async () => {
      await asAlice('PUT', field('displayname'), { displayname: 'Alice' });
      await asAlice('PUT', field('avatar_url'), { avatar_url: 'mxc://localhost/a' });
      await asAlice('PUT', field('org.example.pronouns'), { 'org.example.pronouns': ['she'] });
      await asAlice('DELETE', field('org.example.pronouns'));
      await asAlice('DELETE', field('displayname'));
      expect(told).to.deep.equal([
        ['profile', ALICE, now('Alice'), false, false],
        ['profile', ALICE, now('Alice', 'mxc://localhost/a'), false, false],
        ['profile', ALICE, now('Alice', 'mxc://localhost/a'), false, false],
        ['profile', ALICE, now('Alice', 'mxc://localhost/a'), false, false],
        ['profile', ALICE, now(undefined, 'mxc://localhost/a'), false, false],
      ]);
    });

    it('is told once, not for each room, and not of what changes nothing or is refused', async () => {
      for (const _ of [1, 2]) await asAlice('POST', '/createRoom', {});
      for (const _ of [1, 2]) await asAlice('PUT', field('displayname'), { displayname: 'Alice' });
      await asAlice('DELETE', field('avatar_url'));
      await expectError(asAlice('PUT', '/profile/@bob:localhost/displayname', { displayname: 'Bob' }), 403, 'M_FORBIDDEN');
      await server.idle();
      expect(told).to.deep.equal([['profile', ALICE, now('Alice'), false, false]]);
    });

    it('says when it was somebody else, such as a module', async () => {
      await api.setDisplayname(ALICE, 'The queen');
      expect(told).to.deep.equal([['profile', ALICE, now('The queen'), true, false]]);
    });

    it('changes nothing when it fails', async () => {
      fails = true;
      await asAlice('PUT', field('displayname'), { displayname: 'Alice' });
      expect(await client.get(field('displayname'))).to.deep.equal({ displayname: 'Alice' });
    });
  });

  describe('when accounts end', () => {
    const deactivate = (more: Json = {}): Promise<Json> => asAlice('POST', '/account/deactivate', { auth: byPassword('alice'), ...more });

    it('check_can_deactivate_user can keep them; then everything stays, and nobody is told', async () => {
      const add = { auth: byPassword('alice'), ...(await confirmAddress(server, mailbox, 'account/3pid', EMAIL)) };
      await asAlice('POST', '/account/3pid/add', add);
      told = [];
      mayDeactivate = false;
      await expectError(deactivate(), 403, 'M_FORBIDDEN');
      mayDeactivate = undefined;
      await expectError(deactivate(), 500, 'M_UNKNOWN');
      expect(told).to.deep.equal(Array.from({ length: 2 }, () => ['may deactivate', ALICE, false]));
      expect((await asAlice('GET', '/account/3pid'))['threepids']).to.have.length(1);
      await client.logIn('alice');
    });

    it('is asked after the password was: who does not know it learns nothing', async () => {
      await expectError(asAlice('POST', '/account/deactivate', { auth: byPassword('alice', 'wrong') }), 401);
      expect(told).to.deep.equal([]);
    });

    it('modules are told of the addresses, the profile and the account, in this order', async () => {
      const add = { auth: byPassword('alice'), ...(await confirmAddress(server, mailbox, 'account/3pid', EMAIL)) };
      await asAlice('POST', '/account/3pid/add', add);
      told = [];
      await deactivate({ erase: true });
      expect(told).to.deep.equal([
        ['may deactivate', ALICE, false],
        ['removed', ALICE, 'email', EMAIL],
        ['profile', ALICE, { displayName: undefined, avatarUrl: undefined }, false, true],
        ['deactivated', ALICE, true, false],
      ]);
    });

    it('a profile that is not erased is none of the news', async () => {
      await deactivate();
      expect(told.map(([what]) => what)).to.deep.equal(['may deactivate', 'deactivated']);
    });

    it('tells them once, however often it was asked for at the same time', async () => {
      await Promise.allSettled([deactivate({ erase: true }), deactivate({ erase: true }), deactivate({ erase: true })]);
      expect(told.filter(([what]) => what === 'deactivated')).to.deep.equal([['deactivated', ALICE, true, false]]);
      expect(told.filter(([what]) => what === 'profile')).to.deep.equal([
        ['profile', ALICE, { displayName: undefined, avatarUrl: undefined }, false, true],
      ]);
    });
  });

  describe('addresses', () => {
    const added = (userId = ALICE, email = EMAIL): unknown[][] => ['added', 'bound'].map((what) => [what, userId, 'email', email]);

    it('come with a registration', async () => {
      const credentials = await confirmAddress(server, mailbox, 'register', 'Bob@Example.org');
      await client.register('bob', { auth: { type: 'm.login.email.identity', threepid_creds: credentials } });
      expect(told).to.deep.equal(added('@bob:localhost', 'bob@example.org'));
    });

    it('are added later, by the newer and the older request', async () => {
      const auth = byPassword('alice');
      await asAlice('POST', '/account/3pid/add', { auth, ...(await confirmAddress(server, mailbox, 'account/3pid', EMAIL)) });
      expect(told.splice(0)).to.deep.equal(added());
      const credentials = await confirmAddress(server, mailbox, 'account/3pid', 'second@example.org');
      await asAlice('POST', '/account/3pid', { auth, three_pid_creds: credentials });
      expect(told).to.deep.equal(added(ALICE, 'second@example.org'));
    });

    it('are removed, those that the account has', async () => {
      await asAlice('POST', '/account/3pid/add', {
        auth: byPassword('alice'),
        ...(await confirmAddress(server, mailbox, 'account/3pid', EMAIL)),
      });
      told = [];
      const bob = (await client.register('bob'))['access_token'];
      await client.as(bob, 'POST', '/account/3pid/delete', { medium: 'email', address: EMAIL });
      for (const _ of [1, 2]) await asAlice('POST', '/account/3pid/delete', { medium: 'email', address: 'Alice@example.org' });
      expect(told).to.deep.equal([['removed', ALICE, 'email', EMAIL]]);
    });

    it('are told of to no avail when the module fails', async () => {
      fails = true;
      await asAlice('POST', '/account/3pid/add', {
        auth: byPassword('alice'),
        ...(await confirmAddress(server, mailbox, 'account/3pid', EMAIL)),
      });
      expect((await asAlice('GET', '/account/3pid'))['threepids']).to.have.length(1);
    });
  });

  describe('on_account_data_updated', () => {
    const data = (type: string): string => `/user/${ALICE}/account_data/${type}`;

    it('is told of the data of the account and of rooms, whoever writes it', async () => {
      const { room_id: room } = (await asAlice('POST', '/createRoom', {})) as { room_id: string };
      await asAlice('PUT', data('org.x'), { a: 1 });
      await asAlice('PUT', `/user/${ALICE}/rooms/${room}/account_data/org.x`, { a: 2 });
      await api.accountDataManager.putGlobal(ALICE, 'org.y', { a: 3 });
      expect(told).to.deep.equal([
        ['data', ALICE, null, 'org.x', { a: 1 }],
        ['data', ALICE, room, 'org.x', { a: 2 }],
        ['data', ALICE, null, 'org.y', { a: 3 }],
      ]);
    });

    it('is told of the fully read marker when it moves, and not of receipts, tags and push rules', async () => {
      const { room_id: room } = (await asAlice('POST', '/createRoom', {})) as { room_id: string };
      const { event_id: event } = await asAlice('PUT', `/rooms/${room}/send/m.room.message/1`, { msgtype: 'm.text', body: 'hi' });
      for (const _ of [1, 2]) await asAlice('POST', `/rooms/${room}/read_markers`, { 'm.fully_read': event, 'm.read': event });
      await asAlice('PUT', `/user/${ALICE}/rooms/${room}/tags/m.favourite`, {});
      await asAlice('PUT', '/pushrules/global/content/cake', { actions: ['notify'], pattern: 'cake' });
      expect(told).to.deep.equal([['data', ALICE, room, 'm.fully_read', { event_id: event }]]);
    });

    it('is told of direct chats that follow a room to its replacement', async () => {
      const { room_id: room } = (await asAlice('POST', '/createRoom', { preset: 'public_chat' })) as { room_id: string };
      const { access_token: bob } = await client.register('bob');
      await client.as(bob, 'PUT', '/user/@bob:localhost/account_data/m.direct', { [ALICE]: [room] });
      await asAlice('PUT', data('m.direct'), { '@bob:localhost': [room] });
      told = [];
      const { replacement_room: next } = await asAlice('POST', `/rooms/${room}/upgrade`, { new_version: '11' });
      await client.as(bob, 'POST', `/join/${String(next)}`, {});
      expect(told).to.deep.equal([
        ['data', ALICE, null, 'm.direct', { '@bob:localhost': [room, next] }],
        ['data', '@bob:localhost', null, 'm.direct', { [ALICE]: [room, next] }],
      ]);
    });
  });
});
