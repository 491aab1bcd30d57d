import { expect } from 'chai';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { boot, expectError, type TestServer } from 'plexus/testing';

const V3 = '/_matrix/client/v3';
const NO = { auth: { success: false } };

describe('plexus:rest-login', () => {
  let identity: Server;
  let asked: unknown[];
  let answer: unknown;
  let status: number;
  let server: TestServer;
  before(async () => {
    identity = createServer((request, response) => {
      void text(request).then((body) => {
        asked.push([request.method, request.url, JSON.parse(body)]);
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => identity.listen(0, '127.0.0.1', resolve));
  });
  after(() => new Promise((resolve) => identity.close(resolve)));
  beforeEach(() => {
    [asked, answer, status] = [[], NO, 200];
  });
  afterEach(() => server.close());

  const start = async (policy: object = {}): Promise<void> => {
    const endpoint = `http://127.0.0.1:${(identity.address() as AddressInfo).port}/`;
    const config = { outgoing: { allow_addresses: ['127.0.0.1'] } };
    server = await boot({ config, modules: [{ module: 'plexus:rest-login', config: { endpoint, policy } }] });
  };
  const logIn = (user = 'alice'): Promise<unknown> =>
    server.request('POST', `${V3}/login`, { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password: 'pass' });
  const nameOf = (userId: string): Promise<unknown> => server.request('GET', `${V3}/profile/${userId}`);
  const known = (more: object = {}): unknown => ({ auth: { success: true, ...more } });

  it('asks the other server, and makes an account at the first login', async () => {
    await start();
    const three = [
      { medium: 'email', address: 'alice@example.org' },
      { medium: 'msisdn', address: '49' },
    ];
    answer = known({ mxid: '@alice:localhost', profile: { display_name: 'Alice', three_pids: three } });
    const login = (await logIn()) as { access_token: string };
    expect(login).to.include({ user_id: '@alice:localhost' });
    const user = { id: '@alice:localhost', password: 'pass' };
    expect(asked).to.deep.equal([['POST', '/_matrix-internal/identity/v1/check_credentials', { user }]]);
    expect(await nameOf('@alice:localhost')).to.deep.equal({ displayname: 'Alice' });
    const byAddress = { type: 'm.login.password', identifier: { type: 'm.id.thirdparty', medium: 'email', address: 'alice@example.org' } };
    expect(await server.request('POST', `${V3}/login`, { ...byAddress, password: 'pass' })).to.include({ user_id: '@alice:localhost' });
    answer = known({ profile: { display_name: 'Another' } });
    await logIn();
    expect(await nameOf('@alice:localhost')).to.deep.equal({ displayname: 'Alice' });
  });

  it('takes the display name over at each login where that is wanted', async () => {
    await start({ registration: { profile: { name: false } }, login: { profile: { name: true } } });
    answer = known({ profile: { display_name: 'Alice' } });
    await logIn();
    expect(await nameOf('@alice:localhost')).to.deep.equal({});
    await logIn();
    expect(await nameOf('@alice:localhost')).to.deep.equal({ displayname: 'Alice' });
  });

  it('refuses who is not known, of another server, or has capitals where they are not wanted', async () => {
    await start();
    await expectError(logIn(), 403, 'M_FORBIDDEN');
    answer = known({ mxid: '@alice:elsewhere.example.org' });
    await expectError(logIn(), 403, 'M_FORBIDDEN');
    answer = known({ mxid: '@Alice:localhost' });
    await expectError(logIn(), 403, 'M_FORBIDDEN');
    await expectError(nameOf('@alice:localhost'), 404);
    await server.close();
    await start({ registration: { username: { enforceLowercase: false } } });
    expect(await logIn()).to.include({ user_id: '@alice:localhost' });
  });

  it('refuses when the other server fails, and lets those in who have a password here', async () => {
    await start();
    await server.request('POST', `${V3}/register`, { username: 'alice', password: 'pass', auth: { type: 'm.login.dummy' } });
    for (const [code, reply] of [
      [500, {}],
      [200, 'no JSON'],
      [200, {}],
      [200, { auth: { success: 'yes' } }],
    ] as const) {
      [status, answer] = [code, reply];
      await expectError(logIn('bob'), 403, 'M_FORBIDDEN');
    }
    expect(await logIn()).to.include({ user_id: '@alice:localhost' });
  });

  it('refuses a configuration without an address', async () => {
    await start();
    for (const config of [{}, { endpoint: 'example.org' }, { endpoint: 'ftp://example.org' }]) {
      const error = await boot({ modules: [{ module: 'plexus:rest-login', config }] }).catch((reason: unknown) => reason);
      expect(String(error)).to.match(/modules\[0\]\.config\.endpoint|modules\[0\]\.config/);
    }
  });
});
