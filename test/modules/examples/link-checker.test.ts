import { boot, expectError } from 'plexus/testing';
import linkChecker from './link-checker.ts';

const url = 'https://links.example.org/check';

describe('link-checker', () => {
  it('asks about links, and about nothing else', async () => {
    const server = await boot({ outside: 'caught', modules: [{ module: linkChecker, config: { key: 'secret' } }] });
    const alice = await server.user('alice');
    const room = await alice.createRoom();
    await alice.send(room, 'no link');
    server.outside.expect({ method: 'POST', url, body: { links: ['https://a.example'] }, reply: { body: { bad: [] } } });
    await alice.send(room, 'look: https://a.example');
    server.outside.expect({ method: 'POST', url, reply: { body: { bad: ['https://b.example'] } } });
    await expectError(alice.send(room, 'look: https://b.example'), 403, 'M_FORBIDDEN');
    server.outside.expect({ method: 'POST', url, reply: new Error('no route to host') });
    await expectError(alice.send(room, 'look: https://c.example'), 500, 'M_UNKNOWN');
    // Fails when something was asked that was not expected, or expected and not asked.
    await server.close();
  });
});
