import { expect } from 'chai';
import { RegistrationBehaviour, type ModuleApi } from '../../src/modules/public.ts';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import { registrationMac } from '../../src/core/registration-mac.ts';
import { clientOf, DUMMY } from './client.ts';

describe('accounts and modules', () => {
  let server: TestServer;
  let asked: (string | null)[];
  let told: string[];
  let expired: Set<string>;
  const { post, as, register, logIn } = clientOf(() => server);

  class Registrations {
    constructor(_config: unknown, api: ModuleApi) {
      api.registerSpamCheckerCallbacks({
        check_registration_for_spam(_email, username, [[userAgent, ip] = ['', '']]) {
          asked.push(username);
          expect([userAgent, ip]).to.deep.equal([userAgent, '127.0.0.1']);
          if (username === 'spammer') return RegistrationBehaviour.DENY;
          return username === 'ghost' ? RegistrationBehaviour.SHADOW_BAN : RegistrationBehaviour.ALLOW;
        },
      });
      api.registerThirdPartyRulesCallbacks({
        check_event_allowed: (event) => event.type !== 'm.room.member' || event.content['displayname'] !== 'Rude',
      });
      api.registerAccountValidityCallbacks({
        is_user_expired: (userId) => expired.has(userId),
        on_user_registration: (userId) => void told.push(userId),
      });
    }
  }

  beforeEach(async () => {
    [asked, told, expired] = [[], [], new Set()];
    server = await boot({ modules: [{ module: Registrations }] });
  });
  afterEach(() => server.close());

  it('are asked about every kind of registration once, after authentication, and told of it', async () => {
    await expectError(post('/register', { username: 'alice' }), 401);
    expect(asked).to.deep.equal([]);
    await register('alice');
    await post('/register', { auth: DUMMY });
    const guest = await post('/register?kind=guest');
    const { nonce } = (await server.request('GET', '/_synapse/admin/v1/register')) as { nonce: string };
    const root = { nonce, username: 'root', password: 'secret', admin: true };
    await server.request('POST', '/_synapse/admin/v1/register', { ...root, mac: registrationMac('for tests only', root) });
    expect(asked).to.deep.equal(['alice', null, null, 'root']);
    expect(told).to.have.length(4).and.to.include.members(['@alice:localhost', guest['user_id'], '@root:localhost']);
  });

  it('may refuse a registration, which then leaves nothing behind', async () => {
    await expectError(register('spammer'), 403, 'M_FORBIDDEN');
    await expectError(logIn('spammer'), 403, 'M_FORBIDDEN');
    await expectError(server.request('GET', '/_matrix/client/v3/profile/@spammer:localhost'), 404, 'M_NOT_FOUND');
    expect(told).to.deep.equal([]);
  });

  it('may shadow-ban a new user, whose new name then nobody else sees', async () => {
    const bob = await server.user('bob');
    const room = await bob.createRoom({ preset: 'public_chat' });
    const ghost = (await register('ghost'))['access_token'];
    await as(ghost, 'POST', `/join/${encodeURIComponent(room)}`, {});
    await as(ghost, 'PUT', '/profile/@ghost:localhost/displayname', { displayname: 'Boo' });
    await server.idle();
    await expectError(bob.getState(room, 'm.room.member', '@ghost:localhost'), 404, 'M_NOT_FOUND');
  });

  it('may refuse a new name in a room; the profile and other rooms are not touched by that', async () => {
    const alice = await server.user('alice');
    const room = await alice.createRoom();
    await alice.request('PUT', '/_matrix/client/v3/profile/@alice:localhost/displayname', { displayname: 'Rude' });
    await server.idle();
    expect(await alice.getState(room, 'm.room.member', alice.userId)).to.not.have.property('displayname');
    await alice.request('PUT', '/_matrix/client/v3/profile/@alice:localhost/displayname', { displayname: 'Polite' });
    await server.idle();
    expect(await alice.getState(room, 'm.room.member', alice.userId)).to.include({ displayname: 'Polite' });
  });

  it('may let an account expire, which can still log out, and works again when it is renewed', async () => {
    const { access_token: token } = await register('alice');
    expired.add('@alice:localhost');
    await expectError(as(token), 403, 'ORG_MATRIX_EXPIRED_ACCOUNT');
    expired.clear();
    await as(token);
    expired.add('@alice:localhost');
    await as(token, 'POST', '/logout');
    await expectError(as(token), 401, 'M_UNKNOWN_TOKEN');
  });
});
