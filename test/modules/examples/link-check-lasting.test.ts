import { boot, expectError } from 'plexus/testing';
import linkCheck from './link-check.ts';

const modules = [{ module: linkCheck, config: { url: 'https://links.example.org' } }];
const badLinks = (): { body: { bad: boolean } } => ({ body: { bad: true } });

describe('link-check, in the long run', () => {
  it('leaves nothing open when it ends', async () => {
    const server = await boot({ outside: badLinks, leaks: true, modules });
    const alice = await server.user('alice');
    await expectError(alice.send(await alice.createRoom(), 'https://bad.example'), 403);
    await server.exchangeModules([]);
    await server.close();
  });

  it('knows after a crash what it has been told', async () => {
    const first = await boot({ outside: badLinks, modules });
    const alice = await first.register('alice');
    const room = await alice.createRoom();
    await expectError(alice.send(room, 'https://bad.example'), 403);
    const database = first.databaseImage();
    await first.close();

    const second = await boot({ outside: 'caught', database, modules });
    const again = await second.login({ user: 'alice', password: 'secret' });
    await expectError(again.send(room, 'https://bad.example'), 403);
    await second.close();
  });
});
