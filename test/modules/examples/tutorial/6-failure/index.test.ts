import { boot, expectError } from 'plexus/testing';
import policy from './index.ts';

const directory = 'https://directory.example.org/people';

describe('room-allowance', () => {
  it('counts everybody’s rooms when the directory does not answer', async () => {
    const server = await boot({ outside: 'caught', modules: [{ module: policy, config: { rooms: 1, directory } }] });
    const alice = await server.user('alice');
    server.outside.expect({ method: 'GET', url: /directory/, reply: { status: 503 }, times: 2 });
    await alice.createRoom();
    await expectError(alice.createRoom(), 403, 'M_LIMIT_EXCEEDED');
    await server.close();
  });

  it('refuses when it fails itself', async () => {
    const server = await boot({ clock: 'fake', modules: [{ module: policy }] });
    const alice = await server.user('alice');
    for (const fault of ['throw', 'hang', 'never-settle', 'wrong-shape'] as const) {
      await server.faults.expectPolicy('user_may_create_room', fault, () => alice.createRoom());
    }
    await server.close();
  });
});
