import { expect } from 'chai';
import { boot, build, expectError, type TestServer } from 'plexus/testing';
import linkCheck from './link-check.ts';

const linkChecker = { module: linkCheck, config: { url: 'https://links.example.org' } };
const asked = { method: 'POST', url: 'https://links.example.org/check' };

describe('link-check', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await boot({ port: 'none', clock: 'fake', record: true, outside: 'caught', modules: [linkChecker] });
  });
  afterEach(() => server.close());

  it('asks once about each link', async () => {
    server.outside.expect({ ...asked, body: { link: 'https://bad.example' }, reply: { body: { bad: true } } });
    const alice = await server.user('alice');
    const room = await alice.createRoom();
    for (let times = 0; times < 2; times++) await expectError(alice.send(room, 'look: https://bad.example'), 403, 'M_FORBIDDEN');
    const [first, second] = server.calls.filter(({ result }) => Array.isArray(result));
    expect(first?.result).to.deep.equal(['M_FORBIDDEN', { error: 'This link is not allowed here' }]);
    expect(second?.args[0]).to.deep.include({ type: 'm.room.message', sender: alice.userId });
    expect(server.logged.filter(({ text }) => text === 'refused a bad link')).to.have.length(2);
  });

  it('can be asked without a client', async () => {
    await server.callHook('check_event_for_spam', build.event({ type: 'm.room.topic', stateKey: '', content: { topic: 'links' } }));
    server.outside.expect({ ...asked, reply: { body: { bad: true } } });
    await expectError(server.callHook('check_event_for_spam', build.event({ content: { body: 'https://bad.example' } })), 403);
  });

  it('refuses nobody because of a server that is down, unless the configuration says so', async () => {
    await server.exchangeModules([{ ...linkChecker, on_error: 'allow' }]);
    const alice = await server.user('alice');
    const room = await alice.createRoom();
    server.outside.expect({ ...asked, reply: new Error('connection refused') });
    await alice.send(room, 'https://good.example');
    expect(server.decisions.at(-1)).to.include({ outcome: 'failed', said: 'connection refused' });
  });
});
