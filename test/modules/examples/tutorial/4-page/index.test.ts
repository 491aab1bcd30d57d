import assert from 'node:assert/strict';
import { boot, expectError } from 'plexus/testing';
import policy from './index.ts';

describe('room-allowance', () => {
  it('tells users how many rooms are left', async () => {
    const server = await boot({ modules: [{ module: policy, config: { rooms: 2 } }] });
    const alice = await server.user('alice');
    const path = '/_synapse/client/room-allowance';
    assert.deepEqual(await alice.request('GET', path), { rooms_left: 2 });
    await alice.createRoom();
    assert.deepEqual(await alice.request('GET', path), { rooms_left: 1 });
    await expectError(server.request('GET', path), 401, 'M_MISSING_TOKEN');
    await server.close();
  });

  it('gives users what it keeps of them, and forgets it', async () => {
    const server = await boot({ clock: 'fake', modules: [{ module: policy }] });
    const alice = await server.user('alice');
    await alice.createRoom();
    const [mine] = await server.callHook('on_user_data_export', alice.userId);
    assert.deepEqual(mine, { module: 'room-allowance', data: { created: [server.clock.now()] } });
    await server.callHook('on_user_erase', alice.userId);
    assert.deepEqual(await alice.request('GET', '/_synapse/client/room-allowance'), { rooms_left: 2 });
    await server.close();
  });
});
