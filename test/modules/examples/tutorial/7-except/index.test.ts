import { boot, expectError } from 'plexus/testing';
import policy from './index.ts';

describe('room-allowance', () => {
  it('does not count the rooms of bots', async () => {
    const server = await boot({ modules: [{ module: policy, config: { rooms: 0, except: ['@bot-*:localhost'] } }] });
    const [alice, bot] = [await server.user('alice'), await server.user('bot-news')];
    await bot.createRoom();
    await expectError(alice.createRoom(), 403, 'M_LIMIT_EXCEEDED');
    await server.close();
  });

  it('goes on counting when it is exchanged', async () => {
    const server = await boot({ modules: [{ module: policy, config: { rooms: 1 } }] });
    const alice = await server.user('alice');
    await alice.createRoom();
    await server.exchangeModules([{ module: policy, config: { rooms: 1, except: ['@bot-*:localhost'] } }]);
    await expectError(alice.createRoom(), 403, 'M_LIMIT_EXCEEDED');
    await server.close();
  });
});
