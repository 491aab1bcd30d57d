import { expect } from 'chai';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';

const V3 = '/_matrix/client/v3';

describe('the settings of an upgraded room', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  before(async () => {
    server = await boot({ clock: 'fake' });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());

  const account = (user: TestUser, rest: string): string => `${V3}/user/${encodeURIComponent(user.userId)}/${rest}`;
  const tags = (user: TestUser, room: string): Promise<unknown> => user.request('GET', account(user, `rooms/${encodeURIComponent(room)}/tags`));
  const tag = (user: TestUser, room: string, name: string): Promise<unknown> =>
    user.request('PUT', account(user, `rooms/${encodeURIComponent(room)}/tags/${name}`), { order: 0.5 });
  const upgrade = async (room: string, version: string): Promise<string> => {
    const reply = await alice.request('POST', `${V3}/rooms/${encodeURIComponent(room)}/upgrade`, { new_version: version });
    return reply['replacement_room'] as string;
  };

  for (const version of ['11', '12']) {
    it(`go with whoever joins the replacement of version ${version}`, async () => {
      const old = await alice.createRoom({ preset: 'public_chat', room_version: '10' });
      await bob.join(old);
      const rule = (room: string): unknown => ({ conditions: [{ kind: 'event_match', key: 'room_id', pattern: room }], actions: [] });
      for (const user of [alice, bob]) {
        await tag(user, old, 'u.home');
        await user.request('PUT', account(user, 'account_data/m.direct'), { '@x:localhost': [old], '@y:localhost': ['!other:localhost'] });
        await user.request('PUT', `${V3}/pushrules/global/override/${encodeURIComponent(old)}`, rule(old));
      }
      const room = await upgrade(old, version);
      await bob.join(room);
      for (const user of [alice, bob]) {
        expect(await tags(user, room)).to.deep.equal({ tags: { 'u.home': { order: 0.5 } } });
        expect(await user.request('GET', account(user, 'account_data/m.direct'))).to.deep.equal({
          '@x:localhost': [old, room],
          '@y:localhost': ['!other:localhost'],
        });
        expect(await user.request('GET', `${V3}/pushrules/global/override/${encodeURIComponent(room)}`)).to.deep.include(rule(room));
      }
    });
  }

  it('are not taken by a room that only claims to be a replacement', async () => {
    const old = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(old);
    await tag(bob, old, 'm.favourite');
    const claiming = await alice.createRoom({ preset: 'public_chat', creation_content: { predecessor: { room_id: old } } });
    await bob.join(claiming);
    expect(await tags(bob, claiming)).to.deep.equal({ tags: {} });
  });
});
