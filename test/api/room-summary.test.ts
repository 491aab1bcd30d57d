import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';

const STABLE = '/_matrix/client/v1/room_summary/';
const OLD = '/_matrix/client/unstable/im.nheko.summary';

describe('the summary of a room', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  before(async () => {
    server = await boot();
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());

  const path = (room: string): string => STABLE + encodeURIComponent(room);
  const asStranger = async (room: string): Promise<Json> => (await server.request('GET', path(room))) as Json;
  const encrypted = { type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } };

  it('tells by id and by alias what matters to those who may enter', async () => {
    const options = { preset: 'public_chat', name: 'Cheese', topic: 'Tasty', room_alias_name: 'cheese', initial_state: [encrypted] };
    const room = await alice.createRoom(options);
    const expected = {
      room_id: room,
      name: 'Cheese',
      topic: 'Tasty',
      canonical_alias: '#cheese:localhost',
      num_joined_members: 1,
      join_rule: 'public',
      world_readable: false,
      guest_can_join: false,
      room_version: '12',
      encryption: 'm.megolm.v1.aes-sha2',
    };
    expect(await asStranger(room)).to.deep.equal(expected);
    expect(await asStranger('#cheese:localhost')).to.deep.equal(expected);
    expect(await bob.request('GET', path(room))).to.deep.equal({ ...expected, membership: 'leave' });
    expect(await alice.request('GET', path(room))).to.deep.equal({ ...expected, membership: 'join' });
  });

  it('is served where clients asked for it before it was specified', async () => {
    const room = await alice.createRoom({ preset: 'public_chat', initial_state: [encrypted] });
    for (const old of [`summary/${encodeURIComponent(room)}`, `rooms/${encodeURIComponent(room)}/summary`]) {
      expect(await bob.request('GET', `${OLD}/${old}`)).to.include({
        room_id: room,
        'im.nheko.summary.room_version': '12',
        'im.nheko.summary.encryption': 'm.megolm.v1.aes-sha2',
      });
    }
  });

  it('of a private room is for its members and for those who are invited', async () => {
    const room = await alice.createRoom({ preset: 'private_chat', name: 'Secret' });
    await expectError(asStranger(room), 404, 'M_NOT_FOUND');
    await expectError(bob.request('GET', path(room)), 404, 'M_NOT_FOUND');
    await alice.invite(room, bob);
    expect(await bob.request('GET', path(room))).to.include({ name: 'Secret', membership: 'invite' });
  });

  it('of a restricted room needs a login', async () => {
    const club = await alice.createRoom({ preset: 'public_chat' });
    const content = { join_rule: 'restricted', allow: [{ type: 'm.room_membership', room_id: club }] };
    const room = await alice.createRoom({ preset: 'private_chat', initial_state: [{ type: 'm.room.join_rules', state_key: '', content }] });
    await bob.join(club);
    expect(await bob.request('GET', path(room))).to.deep.include({ join_rule: 'restricted', allowed_room_ids: [club] });
    await expectError(asStranger(room), 404, 'M_NOT_FOUND');
  });

  it('answers for what is no room', async () => {
    await expectError(asStranger('#nothing:localhost'), 404, 'M_NOT_FOUND');
    await expectError(asStranger('!nothing:localhost'), 404, 'M_NOT_FOUND');
    await expectError(asStranger('nothing'), 400, 'M_INVALID_PARAM');
  });
});
