import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';

describe('other networks', () => {
  let server: TestServer;
  let alice: TestUser;
  before(async () => {
    server = await boot();
    alice = await server.user('alice');
  });
  after(() => server.close());

  const ask = (path: string): Promise<unknown> => alice.request('GET', `/_matrix/client/v3/thirdparty/${path}`);

  it('are none without application services', async () => {
    expect(await ask('protocols')).to.deep.equal({});
    for (const path of ['protocol/irc', 'location/irc?channel=x', 'user/irc', 'location?alias=%23a:localhost', 'user?userid=@a:localhost']) {
      await expectError(ask(path), 404, 'M_NOT_FOUND');
    }
  });

  it('are not asked about nothing', async () => {
    await expectError(ask('location'), 400, 'M_MISSING_PARAM');
    await expectError(ask('user'), 400, 'M_MISSING_PARAM');
    await expectError(ask('location?alias=x'), 400, 'M_INVALID_PARAM');
    await expectError(ask('user?userid=x'), 400, 'M_INVALID_PARAM');
  });
});
