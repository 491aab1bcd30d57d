import { boot, expectError, moduleContract } from 'plexus/testing';
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

describe('room-allowance, like every module,', () => {
  const config = { rooms: 2, per: '1d', except: ['@bot-*:localhost'], directory: 'https://directory.example.org/people' };
  for (const { name, run } of moduleContract(policy, { config, outside: () => ({ body: { staff: true } }) })) it(name, run);
});
