import { expect } from 'chai';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';

describe('a server in a test', () => {
  let server: TestServer;
  beforeEach(async () => (server = await boot({ clock: 'fake' })));
  afterEach(() => server.close());

  for (const version of ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12']) {
    it(`makes a room of version ${version} and sends into it`, async () => {
      const alice = await server.user('alice');
      const room = await alice.createRoom({ name: 'hello', room_version: version });
      expect(await alice.send(room, 'hi')).to.match(/^\$/);
    });
  }

  it('refuses a stranger and a missing token', async () => {
    const [alice, bob] = [await server.user('alice'), await server.user('bob')];
    const room = await alice.createRoom({});
    await expectError(bob.send(room, 'hi'), 403, 'M_FORBIDDEN');
    await expectError(server.request('POST', '/_matrix/client/v3/createRoom', {}), 401, 'M_MISSING_TOKEN');
  });
});
