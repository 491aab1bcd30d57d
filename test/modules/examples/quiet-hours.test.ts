import { boot, expectError } from 'plexus/testing';
import quietHours from './quiet-hours.ts';

const HOUR = 3_600_000;

describe('quiet-hours', () => {
  it('lets nobody speak at night', async () => {
    // The kit's clock begins at midnight UTC.
    const server = await boot({ clock: 'fake', modules: [{ module: quietHours, config: { from: 22, hours: 3 } }] });
    const alice = await server.user('alice');
    const room = await alice.createRoom();
    await expectError(alice.send(room, 'hi'), 403, 'M_FORBIDDEN');
    await server.advance(HOUR);
    await alice.send(room, 'good morning');
    await server.close();
  });
});
