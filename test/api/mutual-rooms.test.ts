import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';

const PATH = '/_matrix/client/v1/mutual_rooms';
const UNSTABLE = '/_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms';

describe('mutual rooms', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  before(async () => {
    server = await boot();
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());

  const mutual = (user: TestUser, other: string, from?: string): Promise<Json> =>
    user.request('GET', `${PATH}?${new URLSearchParams({ user_id: other, ...(from !== undefined && { from }) }).toString()}`);

  it('are those that both are joined to', async () => {
    const [shared, left, invited] = [await alice.createRoom(), await alice.createRoom(), await alice.createRoom()];
    await alice.createRoom();
    for (const room of [shared, left, invited]) await alice.invite(room, bob);
    for (const room of [shared, left]) await bob.join(room);
    await bob.leave(left);
    expect(await mutual(alice, bob.userId)).to.deep.equal({ joined: [shared], count: 1 });
    expect(await mutual(bob, alice.userId)).to.deep.equal({ joined: [shared], count: 1 });
    expect(await alice.request('GET', `${UNSTABLE}?user_id=${encodeURIComponent(bob.userId)}`)).to.deep.equal({ joined: [shared], count: 1 });
  });

  it('are none with somebody who does not exist', async () => {
    expect(await mutual(alice, '@nobody:localhost')).to.deep.equal({ joined: [], count: 0 });
  });

  it('are not asked for with oneself, nor with what is no user id', async () => {
    await expectError(mutual(alice, alice.userId), 400, 'M_INVALID_PARAM');
    await expectError(mutual(alice, 'bob'), 400, 'M_INVALID_PARAM');
    await expectError(alice.request('GET', PATH), 400, 'M_MISSING_PARAM');
    await expectError(mutual(alice, bob.userId, 'nonsense'), 400, 'M_INVALID_PARAM');
  });

  it('come in pages', async () => {
    const [carol, dave] = [await server.user('carol'), await server.user('dave')];
    const shared = async (): Promise<string> => dave.join(await carol.createRoom({ preset: 'public_chat' }));
    const rooms = await Promise.all(Array.from({ length: 102 }, shared));
    const first = await mutual(carol, dave.userId);
    expect(first['count']).to.equal(102);
    expect(first['joined']).to.have.length(100);
    expect(first['next_batch']).to.match(/^[\w.~-]+$/);
    const second = await mutual(carol, dave.userId, first['next_batch'] as string);
    expect(second).to.include({ count: 102 }).and.not.have.property('next_batch');
    expect([...(first['joined'] as string[]), ...(second['joined'] as string[])]).to.have.members(rooms);
    const unstable = (token: string): Promise<Json> =>
      carol.request('GET', `${UNSTABLE}?${new URLSearchParams({ user_id: dave.userId, ...(token !== '' && { batch_token: token }) }).toString()}`);
    const before = await unstable('');
    expect(before['joined']).to.deep.equal(first['joined']);
    expect(await unstable(before['next_batch_token'] as string)).to.deep.equal(second);
  });
});
