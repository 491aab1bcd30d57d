import { boot, expectError } from 'plexus/testing';
import NoRooms from './no-rooms.ts';

describe('NoRooms', () => {
  it('keeps the blocked user from making rooms', async () => {
    const server = await boot({ modules: [{ module: NoRooms, config: { blocked: '@bob:localhost' } }] });
    const [alice, bob] = [await server.user('alice'), await server.user('bob')];
    await alice.createRoom({ name: 'hello' });
    await expectError(bob.createRoom({ name: 'hello' }), 403, 'M_FORBIDDEN');
    await server.close();
  });
});
