import { expect } from 'chai';
import { boot, expectError, type SyncReply, type TestServer, type TestUser } from 'plexus/testing';

const presenceIn = (reply: SyncReply, userId: string): unknown =>
  ((reply['presence'] as { events?: { sender: string; content: { presence: string } }[] } | undefined)?.events ?? []).find(
    ({ sender }) => sender === userId,
  )?.content.presence;

describe('plexus:presence-router', () => {
  let server: TestServer;
  let alice: TestUser, bob: TestUser, carol: TestUser, watcher: TestUser;
  before(async () => {
    const config = { groups: [['@alice:localhost', '@bob:localhost']], see_everybody: ['@watcher:localhost'] };
    server = await boot({ modules: [{ module: 'plexus:presence-router', config }] });
    [alice, bob, carol, watcher] = [await server.user('alice'), await server.user('bob'), await server.user('carol'), await server.user('watcher')];
  });
  after(() => server.close());
  const become = (user: TestUser, presence: string): Promise<unknown> =>
    user.request('PUT', `/_matrix/client/v3/presence/${user.userId}/status`, { presence });

  it('shows the members of a group to one another, who share no room', async () => {
    await bob.syncUntil(() => true);
    await become(alice, 'online');
    const reply = await bob.syncUntil((sync) => presenceIn(sync, alice.userId) === 'online');
    expect(presenceIn(reply, carol.userId)).to.equal(undefined);
    expect(await bob.request('GET', `/_matrix/client/v3/presence/${alice.userId}/status`)).to.include({ presence: 'online' });
  });

  it('shows everybody to some, in their first sync and later', async () => {
    await become(carol, 'unavailable');
    await watcher.syncUntil((sync) => presenceIn(sync, carol.userId) === 'unavailable');
    await become(carol, 'online');
    await watcher.syncUntil((sync) => presenceIn(sync, carol.userId) === 'online');
  });

  it('shows strangers nothing', async () => {
    await become(alice, 'unavailable');
    expect(presenceIn(await carol.sync(), alice.userId)).to.equal(undefined);
    await expectError(carol.request('GET', `/_matrix/client/v3/presence/${alice.userId}/status`), 403, 'M_FORBIDDEN');
  });
});
