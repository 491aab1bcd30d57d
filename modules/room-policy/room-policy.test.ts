import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from 'plexus/testing';

const CONFIG = {
  creators: ['@staff-*:localhost', '@alice:localhost'],
  publishers: ['@staff-*:localhost'],
  names: { forbidden: ['*admin*'], max_length: 10 },
  aliases: { allowed: ['team-*', 'support'], reserved: ['support'] },
  forced: { encryption: true, federate: false, room_version: '11', history_visibility: 'invited' },
};

describe('plexus:room-policy', () => {
  let server: TestServer;
  let admin: TestUser, alice: TestUser, bob: TestUser;
  before(async () => {
    server = await boot({ modules: [{ module: 'plexus:room-policy', config: CONFIG }] });
    [admin, alice, bob] = [await server.user('root', { admin: true }), await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());
  const refused = async (asked: Promise<unknown>, text?: string): Promise<void> => {
    const error = await expectError(asked, 403, 'M_FORBIDDEN');
    if (text !== undefined) expect(error.body['error']).to.equal(text);
  };

  it('says who may create rooms', async () => {
    await refused(bob.createRoom());
    await alice.createRoom();
    await admin.createRoom();
  });

  it('says how rooms may be called, at the beginning and later', async () => {
    await refused(alice.createRoom({ name: 'The Admins' }), 'A room may not be called that here');
    await refused(alice.createRoom({ name: 'elevenchars' }), 'The name of a room may have at most 10 characters here');
    const room = await alice.createRoom({ name: '🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀' });
    await refused(alice.setState(room, 'm.room.name', { name: 'admin' }));
    await alice.setState(room, 'm.room.name', { name: 'fine' });
  });

  it('says how aliases may be called', async () => {
    await refused(alice.createRoom({ room_alias_name: 'mine' }), 'Aliases must look like team-* or support here');
    await refused(alice.createRoom({ room_alias_name: 'support' }), 'The alias #support:localhost is reserved');
    const room = await alice.createRoom({ room_alias_name: 'team-a' });
    await refused(alice.request('PUT', '/_matrix/client/v3/directory/room/%23other:localhost', { room_id: room }));
    await admin.createRoom({ room_alias_name: 'support' });
  });

  it('says who may publish rooms', async () => {
    await refused(alice.createRoom({ visibility: 'public' }));
    const room = await alice.createRoom();
    await refused(alice.request('PUT', `/_matrix/client/v3/directory/list/room/${encodeURIComponent(room)}`, { visibility: 'public' }));
    await (await server.user('staff-1')).createRoom({ visibility: 'public' });
  });

  it('forces settings upon new rooms, whatever was asked for', async () => {
    const room = await alice.createRoom({
      room_version: '10',
      creation_content: { 'm.federate': true, type: 'm.space' },
      initial_state: [{ type: 'm.room.history_visibility', content: { history_visibility: 'world_readable' } }],
    });
    expect(await alice.getState(room, 'm.room.create')).to.include({ room_version: '11', 'm.federate': false, type: 'm.space' });
    expect(await alice.getState(room, 'm.room.history_visibility')).to.deep.equal({ history_visibility: 'invited' });
    expect(await alice.getState(room, 'm.room.encryption')).to.deep.equal({ algorithm: 'm.megolm.v1.aes-sha2' });
    const open = await alice.createRoom({ preset: 'public_chat' });
    await expectError(alice.getState(open, 'm.room.encryption'), 404, 'M_NOT_FOUND');
    const free = await admin.createRoom({ room_version: '10' });
    expect(await admin.getState(free, 'm.room.create')).to.include({ room_version: '10' });
  });
});
