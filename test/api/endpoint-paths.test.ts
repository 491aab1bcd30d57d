import { expect } from 'chai';
import { ENDPOINTS } from '../../src/api/endpoints.ts';
import { RouteTable } from '../../src/http/route-table.ts';
import type { Endpoint } from '../../src/kernel/endpoint.ts';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { sampleRequest } from '../support/sample-request.ts';

const nameOf = (endpoint: Endpoint): string => `${endpoint.method} ${endpoint.path}`;
const gets = ENDPOINTS.filter(({ method }) => method === 'GET');
const pathOf = (endpoint: Endpoint): string => sampleRequest(endpoint).path.replace(/\?.*/, '');

describe('the path of every endpoint', () => {
  let server: TestServer;
  let alice: TestUser;
  before(async () => {
    server = await boot({ config: { public_baseurl: 'https://matrix.example.org', well_known: { support_page: 'https://example.org/help' } } });
    alice = await server.user('alice', { admin: true });
  });
  after(() => server.close());

  const ask = (method: string, path: string, token?: string): Promise<Response> =>
    fetch(server.url + path, { method, ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }) });

  for (const endpoint of gets) {
    it(`takes HEAD as it takes GET: ${nameOf(endpoint)}`, async () => {
      const { path } = sampleRequest(endpoint, { userId: alice.userId, deviceId: alice.deviceId });
      const [get, head] = [await ask('GET', path, alice.accessToken), await ask('HEAD', path, alice.accessToken)];
      expect(head.status).to.equal(get.status);
      for (const name of ['content-type', 'access-control-allow-origin']) expect(head.headers.get(name), name).to.equal(get.headers.get(name));
      expect(await head.text()).to.equal('');
    });
  }

  it('is found with a slash at its end as well, and not in capitals', () => {
    const routes = new RouteTable(ENDPOINTS);
    for (const endpoint of ENDPOINTS) {
      const path = pathOf(endpoint);
      const slashed = path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
      expect(routes.find(endpoint.method, slashed), slashed).to.have.property('endpoint');
      expect(routes.find(endpoint.method, path.replace('/_matrix/', '/_MATRIX/').replace('/_synapse/', '/_SYNAPSE/')), path).to.satisfy(
        (found: unknown) => path.startsWith('/.well-known') || path.startsWith('/_plexus') || (Array.isArray(found) && found.length === 0),
      );
    }
  });

  it('tells by which methods it works', async () => {
    const whoami = await ask('POST', '/_matrix/client/v3/account/whoami');
    expect([whoami.status, whoami.headers.get('allow')]).to.deep.equal([405, 'GET, HEAD, OPTIONS']);
    const tag = await ask('POST', '/_matrix/client/v3/user/@a:b/rooms/!a/tags/u.x');
    expect(tag.headers.get('allow')?.split(', ')).to.have.members(['PUT', 'DELETE', 'OPTIONS']);
    expect(((await tag.json()) as { error: string }).error).to.match(/^POST does not work at this path, but (PUT, DELETE|DELETE, PUT) does$/);
  });

  it('is open to preflight requests, and so is where nothing is', async () => {
    for (const path of ['/', '/.well-known/matrix/client', '/_matrix/client/v3/nothing', '/_matrix/media/v3/upload']) {
      const { status, headers } = await ask('OPTIONS', path);
      expect(status, path).to.equal(204);
      expect(headers.get('access-control-allow-origin'), path).to.equal('*');
      expect(headers.get('access-control-allow-methods'), path).to.contain('DELETE');
    }
  });
});
