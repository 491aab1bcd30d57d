import { expect } from 'chai';
import { defineModule, MatrixError, NotPermitted, type JsonValue, type ModuleApi, type SignedRequest } from '../../src/modules/public.ts';
import { boot, type OutboundRequest, type TestServer } from '../../src/testing/index.ts';
import { otherServer } from '../support/http-server.ts';
import { isSigned, publishedKeys } from '../support/signed-request.ts';
import { refusal, withApi } from './with-api.ts';

const REQUEST: SignedRequest = {
  destination: 'other.example.org',
  method: 'POST',
  path: '/_matrix/x/y z',
  query: { a: ['1', '2'] },
  content: { b: 1 },
};
const WELL_KNOWN = { method: 'GET', url: 'https://other.example.org/.well-known/matrix/server' };

describe('federationRequest', () => {
  let server: TestServer, api: ModuleApi;
  const start = async (): Promise<void> => void ({ server, api } = await withApi({ outside: 'caught', port: 'none' }));
  afterEach(() => server.close());

  /** Whether the request is signed by the key that the server publishes. */
  async function isOurs({ method, url, headers, body }: OutboundRequest): Promise<boolean> {
    const { pathname, search } = new URL(url);
    const arrived = { method, uri: pathname + search, authorization: headers.get('authorization') ?? '', content: body as JsonValue | undefined };
    const keys = publishedKeys(await server.request('GET', '/_matrix/key/v2/server'));
    return isSigned(arrived, { origin: 'localhost', destination: 'other.example.org' }, keys);
  }

  it('finds a server by its name, and signs what it asks there', async () => {
    await start();
    const url = 'https://a.example.net:8449/_matrix/x/y%20z?a=1&a=2';
    server.outside.expect({ ...WELL_KNOWN, reply: { body: { 'm.server': 'matrix.example.org' } } });
    server.outside.setSrvRecords('_matrix-fed._tcp.matrix.example.org', [{ name: 'a.example.net', port: 8449, priority: 0, weight: 0 }]);
    server.outside.expect({ method: 'POST', url, body: { b: 1 }, reply: { status: 403, body: { errcode: 'M_FORBIDDEN' } } });
    expect(await api.federationRequest(REQUEST)).to.deep.equal({ status: 403, body: { errcode: 'M_FORBIDDEN' } });
    const request = server.outside.requests.at(-1) as OutboundRequest;
    expect(request.headers.get('host')).to.equal('matrix.example.org');
    expect(await isOurs(request)).to.equal(true);
    expect(await isOurs({ ...request, body: { b: 2 } })).to.equal(false);
  });

  it('asks at port 8448 where nothing says otherwise, with no body where there is none', async () => {
    await start();
    server.outside.expect({ ...WELL_KNOWN, reply: { status: 404 } });
    server.outside.expect({ method: 'GET', url: 'https://other.example.org:8448/_matrix/version', reply: { body: 'none' } });
    const { status, body } = await api.federationRequest({ destination: 'other.example.org', method: 'GET', path: '/_matrix/version' });
    expect([status, body]).to.deep.equal([200, undefined]);
    expect(await isOurs(server.outside.requests.at(-1) as OutboundRequest)).to.equal(true);
  });

  it('sends it elsewhere where the module says so', async () => {
    await start();
    server.outside.expect({ method: 'POST', url: 'https://beside.example.org/ps/_matrix/x/y%20z?a=1&a=2' });
    await api.federationRequest({ ...REQUEST, baseUrl: 'https://beside.example.org/ps/' });
  });

  it('throws what cannot be asked, and what gives no answer', async () => {
    await start();
    const wrong: readonly Partial<SignedRequest>[] = [{ destination: 'no name' }, { path: '/x' }, { path: '/_matrix/x?a=b' }, { baseUrl: 'x' }];
    for (const change of wrong) expect(await refusal(api.federationRequest({ ...REQUEST, ...change }))).to.be.instanceOf(MatrixError);
    server.outside.expect({ ...WELL_KNOWN, reply: new Error('nobody is there') });
    server.outside.expect({ method: 'POST', url: /8448/, reply: new Error('nobody is there either') });
    expect(String(await refusal(api.federationRequest(REQUEST)))).to.equal('Error: nobody is there either');
  });

  it('reaches no private address that is not allowed', async () => {
    const beside = await otherServer((_request, response) => response.end('{}'));
    ({ server, api } = await withApi());
    expect(String(await refusal(api.federationRequest({ ...REQUEST, baseUrl: beside.url })))).to.contain('is a private address');
    await server.close();
    ({ server, api } = await withApi({ config: { outgoing: { allow_addresses: ['127.0.0.1'] } } }));
    expect((await api.federationRequest({ ...REQUEST, baseUrl: beside.url })).status).to.equal(200);
    await beside.close();
  });

  it('asks only servers that the module declares', async () => {
    let declared: ModuleApi | undefined;
    const start = async (network?: readonly string[]): Promise<void> => {
      const module = defineModule({ name: 'declared', permissions: { ...(network && { network }) }, setup: (given) => void (declared = given) });
      server = await boot({ outside: 'caught', port: 'none', modules: [{ module }] });
    };
    const ask = async (request: Partial<SignedRequest>): Promise<unknown> => declared?.federationRequest({ ...REQUEST, ...request });
    await start(['*.example.org']);
    server.outside.expect({ method: 'POST', url: /^https:\/\/other\.example\.org:99\/_matrix/ });
    await ask({ destination: 'other.example.org:99' });
    for (const other of [{ destination: 'example.com' }, { baseUrl: 'https://example.com' }]) {
      expect(await refusal(ask(other))).to.be.instanceOf(NotPermitted);
    }
    await server.close();
    await start();
    expect(String(await refusal(ask({})))).to.match(/^NotPermitted: federationRequest .* network: \[host\]/);
  });
});
