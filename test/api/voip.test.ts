import { expect } from 'chai';
import { createHmac } from 'node:crypto';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';

const PATH = '/_matrix/client/v3/voip/turnServer';
const uris = ['turn:turn.example.org?transport=udp', 'turns:turn.example.org:5349'];

describe('the relay of calls', () => {
  let server: TestServer;
  afterEach(() => server.close());

  async function ask(turn: object | undefined, user = 'alice'): Promise<Record<string, unknown>> {
    server = await boot({ clock: 'fake', config: turn === undefined ? {} : { turn } });
    const who: TestUser = await server.user(user);
    return who.request('GET', PATH);
  }
  async function askAsGuest(turn: object): Promise<unknown> {
    server = await boot({ config: { turn } });
    const { access_token: token } = (await server.request('POST', '/_matrix/client/v3/register?kind=guest', {})) as { access_token: string };
    return (await fetch(server.url + PATH, { headers: { authorization: `Bearer ${token}` } })).json();
  }

  it('is not there where none is configured', async () => {
    expect(await ask(undefined)).to.deep.equal({});
  });

  it('takes passwords that only the holder of the secret can make, for a while', async () => {
    const reply = await ask({ uris, shared_secret: 'secret', user_lifetime: '2h' });
    const username = `${server.clock.now() / 1000 + 7200}:@alice:localhost`;
    const password = createHmac('sha1', 'secret').update(username).digest('base64');
    expect(reply).to.deep.equal({ username, password, uris, ttl: 7200 });
  });

  it('may have one name and password for all', async () => {
    expect(await ask({ uris, username: 'matrix', password: 'words' })).to.deep.equal({ username: 'matrix', password: 'words', uris, ttl: 3600 });
  });

  it('is for guests only where they are allowed to use it', async () => {
    expect(await askAsGuest({ uris, shared_secret: 'secret' })).to.deep.equal({});
    await server.close();
    expect(await askAsGuest({ uris, shared_secret: 'secret', allow_guests: true })).to.include({ ttl: 3600 });
  });
});
