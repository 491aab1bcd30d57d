import { expect } from 'chai';
import { boot, expectError, type TestServer } from 'plexus/testing';

describe('plexus:demo', () => {
  let server: TestServer;
  before(async () => {
    server = await boot({ modules: [{ module: 'plexus:demo', config: { blocked: ['@mallory:localhost'] } }] });
  });
  after(() => server.close());

  it('keeps the users in its configuration from creating rooms', async () => {
    const [alice, mallory] = [await server.user('alice'), await server.user('mallory')];
    await expectError(mallory.createRoom(), 403, 'M_FORBIDDEN');
    expect(await alice.createRoom()).to.match(/^!/);
  });

  it('greets', async () => {
    expect(await server.request('GET', '/_synapse/client/demo/hello?name=x')).to.deep.equal({ hello: 'x' });
    await expectError(server.request('GET', '/_synapse/client/demo/hello'), 400, 'M_MISSING_PARAM');
    await expectError(server.request('POST', '/_synapse/client/demo/hello', {}), 405, 'M_UNRECOGNIZED');
  });
});
