import Router from '@koa/router';
import { expect } from 'chai';
import { MatrixError } from '../../src/modules/public.ts';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import { moduleWith } from './module-with.ts';

const router = new Router({ prefix: '/_synapse/client/routed' });
router.get('/things/:id', (ctx) => {
  ctx.body = { id: ctx.params['id'] };
});

const serving = moduleWith((api) => {
  api.registerWebResource('/_synapse/client/echo', {
    GET: (ctx) => void (ctx.body = { query: { ...ctx.query } }),
    POST: (ctx) => void (ctx.body = { body: ctx.request.body }),
    DELETE() {
      throw new MatrixError(418, 'M_TEAPOT', 'short and stout', { handle: true });
    },
    PUT() {
      throw new TypeError('a secret');
    },
    PATCH: () => undefined,
  });
  api.registerWebResource('/_synapse/client/who', {
    GET: async (ctx) => void (ctx.body = await api.getUserByReq(ctx)),
    POST: async (ctx) => void (ctx.body = await api.getUserByReq(ctx, { allowGuest: true })),
  });
  api.registerWebResource('/_synapse/client/tree', { subtree: true, GET: (ctx) => void (ctx.body = { path: ctx.path }) });
  api.registerWebResource('/_synapse/client/tree/leaf', { GET: (ctx) => void (ctx.body = { leaf: true }) });
  api.registerWebResource('/_synapse/client/plain', async (ctx) => void (ctx.body = { method: ctx.method }));
  api.registerWebResource('/_synapse/client/routed', router, { subtree: true });
});
const second = moduleWith((api) => api.registerWebResource('/_synapse/client/echo', { GET: (ctx) => void (ctx.body = 'second') }));

describe('web resources of modules', () => {
  let server: TestServer;
  before(async () => {
    server = await boot({ modules: [{ module: serving }, { module: second }] });
  });
  after(() => server.close());
  const echo = '/_synapse/client/echo';

  it('are served by method, the first module of a path before later ones', async () => {
    expect(await server.request('GET', `${echo}?a=1`)).to.deep.equal({ query: { a: '1' } });
    const head = await fetch(server.url + echo, { method: 'HEAD' });
    expect(head.status).to.equal(200);
    expect(await head.text()).to.equal('');
  });

  it('find the parsed body', async () => {
    expect(await server.request('POST', echo, { a: [1] })).to.deep.equal({ body: { a: [1] } });
    expect(await server.request('POST', echo)).to.deep.equal({ body: {} });
    const notJson = await fetch(server.url + echo, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });
    expect([notJson.status, await notJson.json()]).to.deep.equal([
      400,
      { errcode: 'M_NOT_JSON', error: 'The body of the request is not JSON in UTF-8' },
    ]);
  });

  it('answer with Matrix errors, and tell no secrets', async () => {
    const teapot = await expectError(server.request('DELETE', echo), 418, 'M_TEAPOT');
    expect(teapot.body).to.deep.equal({ errcode: 'M_TEAPOT', error: 'short and stout', handle: true });
    const broken = await expectError(server.request('PUT', echo, {}), 500, 'M_UNKNOWN');
    expect(JSON.stringify(broken.body)).not.to.contain('secret');
    await expectError(server.request('PATCH', echo, {}), 404, 'M_UNRECOGNIZED');
    await expectError(server.request('POST', '/_synapse/client/tree'), 405, 'M_UNRECOGNIZED');
    await expectError(server.request('GET', '/_synapse/client/other'), 404, 'M_UNRECOGNIZED');
  });

  it('allow other origins, as the client API does', async () => {
    const preflight = await fetch(server.url + echo, { method: 'OPTIONS', headers: { origin: 'https://x.example' } });
    expect(preflight.status).to.equal(204);
    expect((await fetch(server.url + echo)).headers.get('access-control-allow-origin')).to.equal('*');
  });

  it('take what lies below them where they ask for it', async () => {
    const path = async (below: string): Promise<unknown> => server.request('GET', `/_synapse/client/tree${below}`);
    expect(await path('')).to.deep.equal({ path: '/_synapse/client/tree' });
    expect(await path('/a/b')).to.deep.equal({ path: '/_synapse/client/tree/a/b' });
    expect(await path('/leaf')).to.deep.equal({ leaf: true });
    await expectError(server.request('GET', `${echo}/below`), 404, 'M_UNRECOGNIZED');
  });

  it('may be Koa middleware and routers', async () => {
    expect(await server.request('PUT', '/_synapse/client/plain', {})).to.deep.equal({ method: 'PUT' });
    expect(await server.request('GET', '/_synapse/client/routed/things/7')).to.deep.equal({ id: '7' });
    await expectError(server.request('GET', '/_synapse/client/routed/nothing'), 404, 'M_UNRECOGNIZED');
  });

  it('learn who asks', async () => {
    const alice = await server.user('alice');
    await expectError(server.request('GET', '/_synapse/client/who'), 401, 'M_MISSING_TOKEN');
    const who = await alice.request('GET', '/_synapse/client/who');
    expect(who).to.include({ userId: alice.userId, deviceId: alice.deviceId, isGuest: false, isAdmin: false, origin: 'client' });
    const guest = (await server.request('POST', '/_matrix/client/v3/register?kind=guest', {})) as { access_token: string };
    const asGuest = (method: string): Promise<Response> =>
      fetch(`${server.url}/_synapse/client/who`, { method, headers: { authorization: `Bearer ${guest.access_token}` } });
    expect((await asGuest('GET')).status).to.equal(403);
    expect((await asGuest('POST')).status).to.equal(200);
  });

  const refused: readonly (readonly [path: string, subtree?: boolean])[] = [
    ['/_matrix/client/unstable/org.example'],
    ['/_matrix/media/x'],
    ['/_matrix/federation'],
    ['/_matrix/key/v2'],
    ['/_matrix/app/v1'],
    ['/_synapse/admin/v1/mine'],
    ['/.well-known/matrix/mine'],
    ['/_synapse/metrics'],
    ['/_matrix', true],
    ['/', true],
    ['no/slash'],
    ['/_synapse//x'],
    ['/_synapse/../_matrix/client'],
    ['/_matrix/%63lient'],
    ['/x?y'],
  ];
  for (const [path, subtree = false] of refused) {
    it(`are refused at ${path}${subtree ? ' with what lies below' : ''}`, async () => {
      const module = moduleWith((api) => api.registerWebResource(path, { GET: () => undefined }, { subtree }));
      const error = await boot({ modules: [{ module }] }).catch((reason: unknown) => reason);
      expect(error).to.include({ name: 'ConfigurationError' });
      expect((error as Error).message).to.match(/modules\[0\]\.module: TestModule cannot be started: /);
    });
  }

  it('are refused when they can serve nothing', async () => {
    for (const resource of [{}, { get: () => undefined }, { GET: 'text' }]) {
      const module = moduleWith((api) => api.registerWebResource('/_synapse/client/x', resource as object));
      expect(await boot({ modules: [{ module }] }).catch((reason: unknown) => reason)).to.include({ name: 'ConfigurationError' });
    }
  });
});
