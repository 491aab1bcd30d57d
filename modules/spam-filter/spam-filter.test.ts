import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from 'plexus/testing';

const HOUR = 3_600_000;
const CONFIG = {
  exempt: ['@bot*:localhost'],
  patterns: [{ pattern: '\\bcheap (pills|watches)\\b', reason: 'No shopping here' }, { pattern: '(x+x+)+y' }],
  links: { max: 2, blocked: ['bad.example'] },
  invites: { max: 2, per: '1h' },
};

describe('plexus:spam-filter', () => {
  let server: TestServer;
  let alice: TestUser, room: string;
  before(async () => {
    server = await boot({ clock: 'fake', modules: [{ module: 'plexus:spam-filter', config: CONFIG }] });
    alice = await server.user('alice');
    room = await alice.createRoom();
  });
  after(() => server.close());
  const refused = async (sent: Promise<unknown>, reason: string): Promise<void> => {
    expect((await expectError(sent, 403, 'M_FORBIDDEN')).body['error']).to.equal(reason);
  };

  it('refuses texts by patterns, wherever they stand', async () => {
    await refused(alice.send(room, 'Buy CHEAP pills'), 'No shopping here');
    await refused(alice.send(room, { msgtype: 'm.text', body: 'x', formatted_body: '<b>cheap watches</b>' }), 'No shopping here');
    await refused(alice.send(room, { msgtype: 'm.text', body: '* x', 'm.new_content': { body: 'cheap pills' } }), 'No shopping here');
    await refused(alice.setState(room, 'm.room.topic', { topic: 'cheap pills' }), 'No shopping here');
    await refused(alice.createRoom({ name: 'cheap pills' }), 'No shopping here');
    await alice.send(room, 'cheappills, cheap pillsbury');
  });

  it('matches in linear time', async () => {
    const started = performance.now();
    await alice.send(room, 'x'.repeat(30_000));
    expect(performance.now() - started).to.be.lessThan(2_000);
  });

  it('refuses links to some domains, and too many', async () => {
    await refused(alice.send(room, 'see https://BAD.example/x'), 'Links to bad.example are not allowed here');
    await refused(alice.send(room, 'see www.very.bad.example:8080'), 'Links to very.bad.example are not allowed here');
    await refused(alice.send(room, 'http://a.example http://b.example http://c.example'), 'At most 2 links are allowed');
    await alice.send(room, 'http://notbad.example http://bad.example.org');
  });

  it('lets users invite only so often', async () => {
    const users = [await server.user('bob'), await server.user('carol'), await server.user('dan')];
    const [bob, carol, dan] = users as [TestUser, TestUser, TestUser];
    await alice.invite(room, bob);
    await server.advance(HOUR / 2);
    await alice.invite(room, carol);
    const error = await expectError(alice.invite(room, dan), 403, 'M_LIMIT_EXCEEDED');
    expect(error.body).to.include({ retry_after_ms: HOUR / 2 });
    await expectError(alice.createRoom({ invite: [dan.userId] }), 403, 'M_LIMIT_EXCEEDED');
    await server.advance(HOUR / 2);
    await alice.invite(room, dan);
  });

  it('leaves exempt users alone', async () => {
    const bot = await server.user('bot1');
    const own = await bot.createRoom({ name: 'cheap pills', invite: ['@bob:localhost', '@carol:localhost', '@dan:localhost'] });
    await bot.send(own, 'https://bad.example');
  });

  it('refuses a configuration that it does not understand', async () => {
    const problem = async (config: object): Promise<string> =>
      String(await boot({ modules: [{ module: 'plexus:spam-filter', config }] }).catch((reason: unknown) => reason));
    expect(await problem({ patterns: [{ pattern: '(' }] })).to.match(/modules\[0\]\.config\.patterns\[0\]\.pattern: .*RE2/);
    expect(await problem({ patterns: [{ pattern: '(a)\\1' }] })).to.match(/patterns\[0\]\.pattern: /);
    expect(await problem({ invites: { max: 1, per: 'soon' } })).to.match(/modules\[0\]\.config\.invites\.per: /);
    expect(await problem({ links: { maxx: 1 } })).to.match(/config\.links\.maxx: .*did you mean max\?/);
  });
});
