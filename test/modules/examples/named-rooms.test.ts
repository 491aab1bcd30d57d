import { expect } from 'chai';
import { boot, expectError } from 'plexus/testing';
import NamedRooms from './named-rooms.ts';

describe('NamedRooms', () => {
  it('have names, and say who made them', async () => {
    const server = await boot({ modules: [{ module: NamedRooms }] });
    const alice = await server.user('alice');
    const refused = await expectError(alice.createRoom({ topic: 'cats' }), 400, 'M_BAD_JSON');
    expect(refused.body['error']).to.equal('Give the room a name');
    const room = await alice.createRoom({ name: 'Cats', preset: 'public_chat', topic: 'dogs' });
    expect(await alice.getState(room, 'm.room.topic')).to.include({ topic: 'A room of @alice:localhost' });
    await server.close();
  });
});
