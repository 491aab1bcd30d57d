import { boot, expectError, moduleContract } from 'plexus/testing';
import policy from './index.ts';

describe('room-allowance', () => {
  it('lets each user create two rooms', async () => {
    const server = await boot({ modules: [{ module: policy }] });
    const [alice, bob] = [await server.user('alice'), await server.user('bob')];
    await alice.createRoom();
    await alice.createRoom();
    await expectError(alice.createRoom(), 403, 'M_LIMIT_EXCEEDED');
    await bob.createRoom();
    await server.close();
  });
});

describe('room-allowance, like every module,', () => {
  for (const { name, run } of moduleContract(policy)) it(name, run);
});
