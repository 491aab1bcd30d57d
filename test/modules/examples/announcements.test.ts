import { expect } from 'chai';
import { boot, expectError } from 'plexus/testing';
import Announcements from './announcements.ts';

describe('Announcements', () => {
  it('lets only some speak, as the state of the room says, and nobody once it was replaced', async () => {
    const server = await boot({ modules: [{ module: Announcements }] });
    const [alice, bob] = [await server.user('alice'), await server.user('bob')];
    const room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
    await bob.send(room, 'before');
    await alice.setState(room, 'org.example.speakers', { users: [alice.userId] });
    await expectError(bob.send(room, 'meanwhile'), 403, 'M_FORBIDDEN');
    await alice.send(room, 'an announcement');
    expect(await server.request('GET', `/_synapse/client/speakers?room=${encodeURIComponent(room)}`)).to.deep.equal({ users: [alice.userId] });
    await alice.request('POST', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/upgrade`, { new_version: '11' });
    await expectError(alice.send(room, 'too late'), 403, 'M_FORBIDDEN');
    await server.close();
  });
});
