import { expect } from 'chai';
import { ENDPOINTS } from '../../src/api/endpoints.ts';
import type { Endpoint } from '../../src/kernel/endpoint.ts';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { sampleRequest } from '../support/sample-request.ts';
import { nameInSpecification, readSpecification } from '../support/specified-replies.ts';

/** Endpoints without a limit, and why. */
const UNLIMITED: Readonly<Record<string, string>> = {
  'GET /_matrix/client/versions': 'the same for everybody, and the first thing that a client asks',
  'GET /.well-known/matrix/client': 'the same for everybody',
  'GET /.well-known/matrix/support': 'the same for everybody',
  'POST /_matrix/client/v3/logout': 'nobody is kept from leaving',
  'POST /_matrix/client/v3/logout/all': 'nobody is kept from leaving',
};
const CLASSES = ['message', 'login', 'registration', 'mail', 'room_admin', 'join', 'invite', 'media', 'preview', 'directory', 'sync', 'general'];
/** One request, and the next a quarter of an hour later. */
const STRICT = { per_second: 1 / 900, burst: 1 };
const A_WHILE = 15 * 60_000;

const nameOf = (endpoint: Endpoint): string => `${endpoint.method} ${endpoint.path}`;

describe('the limit of every endpoint', () => {
  let server: TestServer;
  let alice: TestUser;
  /** To whom an administrator may do anything. */
  let bob: TestUser;
  before(async () => {
    const limits = Object.fromEntries(CLASSES.map((name) => [name, STRICT]));
    server = await boot({ clock: 'fake', config: { rate_limits: { enabled: true, ...limits } } });
    [alice, bob] = [await server.user('alice', { admin: true }), await server.user('bob')];
  });
  after(() => server.close());

  const ask = async (endpoint: Endpoint): Promise<Response> => {
    const { method, path, body } = sampleRequest(endpoint, { userId: (endpoint.auth === 'admin' ? bob : alice).userId });
    const response = await fetch(server.url + path, {
      method,
      headers: { 'content-type': 'application/json', ...(endpoint.auth !== 'none' && { authorization: `Bearer ${alice.accessToken}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return response;
  };

  it('is missing nowhere but where it is not wanted', () => {
    expect(ENDPOINTS.filter(({ limit }) => limit === 'none').map(nameOf)).to.have.members(Object.keys(UNLIMITED));
  });

  it('is there wherever the specification wants one', function () {
    const specification = readSpecification();
    if (specification === undefined) return this.skip();
    const wanted = ENDPOINTS.filter((endpoint) => specification.get(nameInSpecification(endpoint))?.responses['429'] !== undefined);
    expect(wanted.length).to.be.greaterThan(40);
    expect(wanted.filter(({ limit }) => limit === 'none').map(nameOf)).to.deep.equal([]);
  });

  for (const endpoint of ENDPOINTS.filter(({ limit }) => limit !== 'none')) {
    it(`holds: ${nameOf(endpoint)}`, async () => {
      await server.advance(A_WHILE);
      expect((await ask(endpoint)).status, 'the first').to.not.equal(429);
      const refused = await ask(endpoint);
      const { errcode, retry_after_ms: wait } = (await refused.json()) as { errcode?: unknown; retry_after_ms?: unknown };
      expect([refused.status, errcode]).to.deep.equal([429, 'M_LIMIT_EXCEEDED']);
      expect(wait).to.be.greaterThan(0).and.at.most(A_WHILE);
      expect(refused.headers.get('retry-after')).to.equal(String(Math.ceil(Number(wait) / 1000)));
      expect(refused.headers.get('access-control-allow-origin')).to.equal('*');
    });
  }
});
