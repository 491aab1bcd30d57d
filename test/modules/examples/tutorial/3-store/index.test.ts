import { boot, expectError } from 'plexus/testing';
import policy from './index.ts';

const DAY = 86_400_000;
const modules = [{ module: policy, config: { rooms: 1 } }];

describe('room-allowance', () => {
  it('remembers across a restart', async () => {
    const before = await boot({ modules });
    await (await before.register('alice')).createRoom();
    const database = before.databaseImage();
    await before.close();
    const after = await boot({ database, modules });
    const alice = await after.login({ user: 'alice', password: 'secret' });
    await expectError(alice.createRoom(), 403, 'M_LIMIT_EXCEEDED');
    await after.close();
  });

  it('gives a new allowance after a day', async () => {
    const server = await boot({ clock: 'fake', modules });
    const alice = await server.user('alice');
    await alice.createRoom();
    await server.advance(DAY - 1);
    await expectError(alice.createRoom(), 403, 'M_LIMIT_EXCEEDED');
    await server.advance(1);
    await alice.createRoom();
    await server.close();
  });
});
