import { boot, expectError } from 'plexus/testing';
import policy from './index.ts';

const directory = 'https://directory.example.org/people';

describe('room-allowance', () => {
  it('does not count the rooms of staff', async () => {
    const server = await boot({ outside: 'caught', modules: [{ module: policy, config: { rooms: 0, directory } }] });
    const [boss, alice] = [await server.user('boss'), await server.user('alice')];
    server.outside.expect({ method: 'GET', url: `${directory}?user=${encodeURIComponent(boss.userId)}`, reply: { body: { staff: true } } });
    await boss.createRoom();
    server.outside.expect({ method: 'GET', url: `${directory}?user=${encodeURIComponent(alice.userId)}`, reply: { body: {} } });
    await expectError(alice.createRoom(), 403, 'M_LIMIT_EXCEEDED');
    await server.close();
  });

  it('refuses when the directory does not answer', async () => {
    const server = await boot({ outside: 'caught', modules: [{ module: policy, config: { directory } }] });
    const alice = await server.user('alice');
    server.outside.expect({ method: 'GET', url: /directory/, reply: { status: 503 } });
    await expectError(alice.createRoom(), 500, 'M_UNKNOWN');
    await server.close();
  });
});
