import { expect } from 'chai';
import { boot, expectError, type RequestFailed, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { bodiesOf, pathOf } from './room-reading.ts';

type Bar = 'lock' | 'suspend';

describe('the moderation of accounts', () => {
  let server: TestServer;
  let admin: TestUser;
  let alice: TestUser;
  let names = 0;
  before(async () => {
    server = await boot();
    admin = await server.user('admin', { admin: true });
    alice = await server.user('alice');
  });
  after(() => server.close());

  const pathTo = (bar: Bar, userId: string): string => `/_matrix/client/v1/admin/${bar}/${encodeURIComponent(userId)}`;
  const put = (bar: Bar, user: TestUser | string, value: boolean, by = admin): Promise<Json> =>
    by.request('PUT', pathTo(bar, typeof user === 'string' ? user : user.userId), { [bar === 'lock' ? 'locked' : 'suspended']: value });
  const someone = (): Promise<TestUser> => server.user(`user${names++}`);

  for (const [bar, key] of [
    ['lock', 'locked'],
    ['suspend', 'suspended'],
  ] as const) {
    describe(`to ${bar}`, () => {
      it('is told and changed by administrators', async () => {
        const user = await someone();
        expect(await admin.request('GET', pathTo(bar, user.userId))).to.deep.equal({ [key]: false });
        expect(await put(bar, user, true)).to.deep.equal({ [key]: true });
        expect(await admin.request('GET', pathTo(bar, user.userId))).to.deep.equal({ [key]: true });
        expect(await put(bar, user, false)).to.deep.equal({ [key]: false });
        expect(await admin.request('GET', pathTo(bar, user.userId))).to.deep.equal({ [key]: false });
      });

      it('is for administrators only, who learn it before anything of the account', async () => {
        for (const target of [admin.userId, '@nobody:localhost', '@bob:elsewhere']) {
          await expectError(alice.request('GET', pathTo(bar, target)), 403, 'M_FORBIDDEN');
          await expectError(put(bar, target, true, alice), 403, 'M_FORBIDDEN');
        }
      });

      it('cannot be done to everybody', async () => {
        const other = await server.user(`admin${names++}`, { admin: true });
        await expectError(put(bar, admin, true), 403, 'M_FORBIDDEN');
        await expectError(put(bar, other, true), 403, 'M_FORBIDDEN');
        await expectError(admin.request('GET', pathTo(bar, other.userId)), 403, 'M_FORBIDDEN');
        await expectError(put(bar, '@nobody:localhost', true), 404, 'M_NOT_FOUND');
        await expectError(put(bar, '@bob:elsewhere', true), 400, 'M_INVALID_PARAM');
        await expectError(admin.request('PUT', pathTo(bar, alice.userId), {}), 400, 'M_BAD_JSON');
      });
    });
  }

  it('is a capability of administrators', async () => {
    const of = async (user: TestUser): Promise<Json> => (await user.request('GET', '/_matrix/client/v3/capabilities'))['capabilities'] as Json;
    expect((await of(admin))['m.account_moderation']).to.deep.equal({ suspend: true, lock: true });
    expect(await of(alice)).to.not.have.property('m.account_moderation');
  });

  describe('locks', () => {
    it('a user out of everything but logging out, and lets them in again', async () => {
      const user = await someone();
      await put('lock', user, true);
      const refusal = await expectError(user.sync(), 401, 'M_USER_LOCKED');
      expect(refusal.body).to.include({ soft_logout: true });
      await put('lock', user, false);
      expect(await user.request('GET', '/_matrix/client/v3/account/whoami'), 'with the same token').to.include({ user_id: user.userId });
      await put('lock', user, true);
      expect(await user.request('POST', '/_matrix/client/v3/logout', {})).to.deep.equal({});
      await expectError(user.sync(), 401, 'M_UNKNOWN_TOKEN');
    });

    it('also those who wait', async () => {
      const user = await someone();
      const { next_batch: since } = await user.sync();
      const waiting = expectError(user.sync({ since, timeout: '30000' }), 401, 'M_USER_LOCKED');
      await put('lock', user, true);
      await waiting;
    });

    it('against new sessions', async () => {
      const login = '/_matrix/client/v3/login';
      const account = { username: 'carol', password: 'secret words', auth: { type: 'm.login.dummy' }, refresh_token: true };
      const carol = (await server.request('POST', '/_matrix/client/v3/register', account)) as Json;
      const credentials = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'carol' }, password: 'secret words' };
      await put('lock', '@carol:localhost', true);
      const refresh = (): Promise<unknown> => server.request('POST', '/_matrix/client/v3/refresh', { refresh_token: carol['refresh_token'] });
      await expectError(server.request('POST', login, credentials), 401, 'M_USER_LOCKED');
      await expectError(server.request('POST', login, { ...credentials, password: 'wrong' }), 403, 'M_FORBIDDEN');
      await expectError(refresh(), 401, 'M_USER_LOCKED');
      await put('lock', '@carol:localhost', false);
      expect(await refresh()).to.have.property('access_token');
      expect(await server.request('POST', login, credentials)).to.have.property('access_token');
    });
  });

  describe('suspends', () => {
    let user: TestUser;
    let room: string;
    beforeEach(async () => {
      user = await someone();
      room = await alice.createRoom({ preset: 'public_chat', power_level_content_override: { users_default: 50 } });
      await user.join(room);
    });
    const suspend = (): Promise<Json> => put('suspend', user, true);
    const refused = (request: Promise<unknown>): Promise<RequestFailed> => expectError(request, 403, 'M_USER_SUSPENDED');

    it('a user from what others would see', async () => {
      const other = await alice.createRoom({ preset: 'public_chat' });
      await alice.setState(other, 'm.room.join_rules', { join_rule: 'knock' });
      const invitation = await alice.createRoom();
      await alice.invite(invitation, user);
      const theirs = await alice.send(room, 'mine');
      await suspend();
      await refused(user.send(room, 'hi'));
      await refused(user.sendEvent(room, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: theirs, key: 'x' } }));
      await refused(user.setState(room, 'm.room.topic', { topic: 'mine' }));
      await refused(user.setState(room, 'm.room.member', { membership: 'join', displayname: 'Other' }, user.userId));
      await refused(user.join(invitation));
      await refused(user.request('POST', `/_matrix/client/v3/knock/${encodeURIComponent(other)}`, {}));
      await refused(user.invite(room, admin));
      await refused(user.kick(room, alice));
      await refused(user.createRoom());
      await refused(user.request('PUT', `${pathOf(room)}/redact/${encodeURIComponent(theirs)}/t`, {}));
      await refused(user.sendEvent(room, 'm.room.redaction', { redacts: theirs }));
      await refused(user.request('PUT', `/_matrix/client/v3/profile/${user.userId}/displayname`, { displayname: 'Other' }));
      await refused(user.request('POST', '/_matrix/media/v1/create', {}));
      expect(bodiesOf(await alice.messages(room))).to.deep.equal(['mine']);
      await put('suspend', user, false);
      await user.send(room, 'back');
    });

    it('nobody from reading, leaving, rejecting, redacting their own and logging out', async () => {
      const own = await user.send(room, 'regretted');
      const invitation = await alice.createRoom();
      await alice.invite(invitation, user);
      await suspend();
      expect((await user.sync())['rooms']).to.have.nested.property('join');
      expect(bodiesOf(await user.messages(room))).to.deep.equal(['regretted']);
      await user.request('PUT', `${pathOf(room)}/redact/${encodeURIComponent(own)}/t`, {});
      expect(bodiesOf(await alice.messages(room))).to.deep.equal([]);
      await user.leave(invitation);
      await user.setState(room, 'm.room.member', { membership: 'leave' }, user.userId);
      const message = { messages: { [user.userId]: { '*': { some: 'verification' } } } };
      expect(await user.request('PUT', '/_matrix/client/v3/sendToDevice/m.key.verification.request/t', message)).to.deep.equal({});
      expect(await user.request('POST', '/_matrix/client/v3/logout', {})).to.deep.equal({});
    });
  });

  describe('looks up', () => {
    const whois = (user: TestUser, userId: string): Promise<Json> =>
      user.request('GET', `/_matrix/client/v3/admin/whois/${encodeURIComponent(userId)}`);

    it('from where a user came last, for the user and for administrators', async () => {
      const user = await someone();
      const before = Date.now();
      await user.request('GET', '/_matrix/client/v3/account/whoami');
      await server.idle();
      const reply = await whois(user, user.userId);
      expect(await whois(admin, user.userId)).to.deep.equal(reply);
      expect(reply).to.include({ user_id: user.userId });
      const [session] = (reply['devices'] as Record<string, { sessions: { connections: Json[] }[] }>)[user.deviceId]?.sessions ?? [];
      expect(session?.connections).to.have.length(1);
      expect(session?.connections[0]).to.include({ ip: '127.0.0.1' }).and.have.property('user_agent');
      expect(session?.connections[0]?.['last_seen']).to.be.at.least(before);
    });

    it('nothing of others, and nothing that is not there', async () => {
      await expectError(whois(alice, admin.userId), 403, 'M_FORBIDDEN');
      await expectError(whois(alice, '@nobody:localhost'), 403, 'M_FORBIDDEN');
      await expectError(whois(admin, '@nobody:localhost'), 404, 'M_NOT_FOUND');
    });
  });
});
