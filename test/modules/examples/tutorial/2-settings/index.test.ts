import assert from 'node:assert/strict';
import { boot, expectError, moduleContract } from 'plexus/testing';
import policy from './index.ts';

describe('room-allowance', () => {
  it('lets each user create as many rooms as the configuration says', async () => {
    const server = await boot({ modules: [{ module: policy, config: { rooms: 1 } }] });
    const alice = await server.user('alice');
    await alice.createRoom();
    await expectError(alice.createRoom(), 403, 'M_LIMIT_EXCEEDED');
    await server.close();
  });

  it('says what is wrong with a configuration', async () => {
    await assert.rejects(boot({ modules: [{ module: policy, config: { rooms: -1 } }] }), /modules\[0\]\.config\.rooms: .* rooms must be >= 0/);
    await assert.rejects(boot({ modules: [{ module: policy, config: { room: 1 } }] }), /room is not a known key; did you mean rooms\?/);
  });
});

describe('room-allowance, like every module,', () => {
  for (const { name, run } of moduleContract(policy, { config: { rooms: 2 } })) it(name, run);
});
