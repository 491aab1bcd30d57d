import { expect } from 'chai';
import type { ModuleApi } from '../../src/modules/public.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { plexus } from '../support/plexus-command.ts';

describe('what is kept of a user', () => {
  let server: TestServer, admin: TestUser;
  let erased: string[], isBroken: boolean;
  before(async () => {
    [erased, isBroken] = [[], false];
    class Notes {
      constructor(_config: unknown, api: ModuleApi) {
        api.registerUserDataCallbacks({
          async on_user_data_export(userId) {
            if (isBroken) throw new Error('broken');
            return userId.startsWith('@alice') ? { notes: (await api.store.get(userId)) ?? null } : null;
          },
          on_user_erase: (userId) => void erased.push(userId),
        });
        api.runAsBackgroundProcess('note', () => api.store.set('@alice:localhost', ['likes tea'])).catch(() => undefined);
      }
    }
    server = await boot({ modules: [{ module: Notes, name: 'notes' }] });
    admin = await server.user('admin', { admin: true });
  });
  after(() => server.close());

  const exported = (userId: string): Promise<Record<string, unknown>> =>
    admin.request('GET', `/_plexus/admin/v1/users/${encodeURIComponent(userId)}/export`);

  it('is exported with what modules keep, without what would let others in', async () => {
    const alice = await server.user('alice');
    const room = await alice.createRoom({ name: 'hers' });
    await alice.request('PUT', `/_matrix/client/v3/user/${alice.userId}/account_data/org.example`, { a: 1 });
    const all = await exported(alice.userId);
    expect(all['user_id']).to.equal(alice.userId);
    expect(all['modules']).to.deep.equal([{ module: 'notes', data: { notes: ['likes tea'] } }]);
    const kept = all['server'] as Record<string, object>;
    expect(kept['rooms']).to.deep.equal([{ roomId: room, membership: 'join' }]);
    expect(kept['account_data']).to.deep.equal([{ type: 'org.example', content: { a: 1 } }]);
    expect(kept['account']).to.include({ userId: alice.userId }).and.not.to.have.property('passwordHash');
    expect(JSON.stringify(all)).to.contain(alice.deviceId).and.not.to.contain(alice.accessToken);
    expect((await exported(admin.userId))['modules']).to.deep.equal([]);
  });

  it('is exported for administrators only, of users of this server, and as a whole', async () => {
    const bob = await server.user('bob');
    await expectError(bob.request('GET', `/_plexus/admin/v1/users/${bob.userId}/export`), 403, 'M_FORBIDDEN');
    await expectError(exported('@none:localhost'), 404, 'M_NOT_FOUND');
    await expectError(exported('@carol:elsewhere'), 404, 'M_NOT_FOUND');
    isBroken = true;
    await expectError(exported(bob.userId), 500, 'M_UNKNOWN');
    isBroken = false;
  });

  it('is printed by plexus export-user', async () => {
    const args = ['export-user', '@alice:localhost', '--url', server.url, '--token', admin.accessToken];
    expect(JSON.parse((await plexus('.', args)).stdout)).to.include({ user_id: '@alice:localhost' });
  });

  it('is forgotten by modules when the account ends with erase, and only then', async () => {
    const end = async (user: TestUser, erase: boolean): Promise<void> => {
      await user.request('POST', '/_matrix/client/v3/account/deactivate', { erase, auth: AUTH(user) });
    };
    const AUTH = (user: TestUser): object => ({ type: 'm.login.password', identifier: { type: 'm.id.user', user: user.userId }, password: 'secret' });
    const users = await Promise.all(['stays', 'goes'].map((name) => registered(name)));
    for (const [index, user] of users.entries()) await end(user as TestUser, index === 1);
    await server.idle();
    expect(erased).to.deep.equal(['@goes:localhost']);
  });

  /** With a password, to end the account by. */
  async function registered(name: string): Promise<unknown> {
    const reply = (await server.request('POST', '/_matrix/client/v3/register', {
      username: name,
      password: 'secret',
      auth: { type: 'm.login.dummy' },
    })) as Record<string, string>;
    const { user_id: userId, access_token: token } = reply;
    return {
      userId,
      request: (method: string, path: string, body: object) =>
        fetch(`${server.url}${path}`, { method, headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) }).then((answer) => {
          if (!answer.ok) throw new Error(`answered ${answer.status}`);
        }),
    };
  }
});
