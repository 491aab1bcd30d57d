import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { HttpResponseError, type ModuleApi, type WebContext } from '../../src/modules/public.ts';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import { otherServer, type OtherServer } from '../support/http-server.ts';
import { refusal, withApi } from './with-api.ts';

describe('how modules work', () => {
  describe('deferToThread', () => {
    let server: TestServer, api: ModuleApi;
    let folder: string, file: URL;
    before(async () => {
      ({ server, api } = await withApi());
      folder = mkdtempSync(join(tmpdir(), 'plexus-thread-'));
      writeFileSync(
        join(folder, 'work.mjs'),
        `export const sum = (...numbers) => numbers.reduce((all, one) => all + one, 0);
         export const fail = async () => { throw new RangeError('too much'); };
         export const turn = () => { for (;;); };
         export const leave = () => process.exit(3);`,
      );
      file = pathToFileURL(join(folder, 'work.mjs'));
    });
    after(() => rmSync(folder, { recursive: true }));

    it('runs a function where it keeps nobody waiting', async () => {
      expect(await api.deferToThread(file, 'sum', 1, 2, 3)).to.equal(6);
    });

    it('tells what goes wrong there', async () => {
      expect(await refusal(api.deferToThread(file, 'fail'))).to.include({ message: 'too much' });
      expect(await refusal(api.deferToThread(file, 'none'))).to.match(/no function none/);
      expect(await refusal(api.deferToThread(file, 'leave'))).to.match(/ended before/);
      expect(await refusal(api.deferToThread(new URL('none.mjs', file), 'sum'))).to.be.instanceOf(Error);
    });

    it('ends with the server, even when it turns for ever', async () => {
      const turning = refusal(api.deferToThread(file, 'turn'));
      await server.close();
      expect(await turning).to.match(/ended/);
      expect(await refusal(api.deferToThread(file, 'sum', 1))).to.match(/has ended/);
    });
  });

  it('a module in a thread of its own has the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plexus-isolated-'));
    mkdirSync(join(folder, 'templates'));
    writeFileSync(join(folder, 'templates/page.html'), '<b>{{ name }}</b>');
    writeFileSync(
      join(folder, 'isolated.mjs'),
      `export const twice = (number) => 2 * number;
       export default class Isolated {
         constructor(config, api) {
           const [page] = api.readTemplates(['page.html']);
           api.registerWebResource('/_synapse/client/isolated', {
             async GET(ctx) {
               let refused = '';
               try { api.checkPushRuleActions(['shout']); } catch (error) { refused = error.message; }
               ctx.body = { page: page.render({ name: '<' }), refused, now: api.getCurrentTimeMsec(), name: api.emailAppName,
                 twice: await api.deferToThread(new URL('isolated.mjs', import.meta.url), 'twice', 21), user: await api.registerUser('made') };
             },
             POST: (ctx) => api.completeSsoLoginAsync('@made:localhost', ctx, 'https://app.example.org/'),
           });
         }
       }`,
    );
    const server = await boot({ modules: [{ module: join(folder, 'isolated.mjs'), isolation: 'worker' }] });
    const answer = (await server.request('GET', '/_synapse/client/isolated')) as Record<string, unknown>;
    expect(answer).to.include({ page: '<b>&lt;</b>', name: 'localhost', twice: 42, user: '@made:localhost' });
    expect(answer['refused']).to.match(/shout/);
    expect(answer['now']).to.be.closeTo(Date.now(), 10_000);
    const page = await fetch(`${server.url}/_synapse/client/isolated`, { method: 'POST', redirect: 'manual' });
    expect([page.status, await page.text()]).to.satisfy(([status, text]: [number, string]) => status === 200 && text.includes('loginToken='));
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('what the module runs in', async () => {
    const { server, api } = await withApi({ config: { public_baseurl: 'https://matrix.example.org' } });
    expect([api.serverName, api.publicBaseurl, api.moduleName]).to.deep.equal(['localhost', 'https://matrix.example.org/', 'hands']);
    expect(api.serverVersion).to.match(/^\d+\.\d+\.\d+/);
    await server.close();
  });

  it('delayedBackgroundCall calls once, unless it is called off', async () => {
    const { server, api } = await withApi({ clock: 'fake' });
    const calls: string[] = [];
    const [first, second] = ['first', 'second'].map((name) => api.delayedBackgroundCall(1_000, (called) => void calls.push(called), name));
    second?.cancel();
    expect([first?.active(), second?.active()]).to.deep.equal([true, false]);
    await server.advance(5_000);
    await server.idle();
    expect(calls).to.deep.equal(['first']);
    expect(first?.active()).to.equal(false);
    await server.close();
  });

  it('every group of callbacks can be registered', async () => {
    class All {
      constructor(_config: unknown, api: ModuleApi) {
        api.registerSpamCheckerCallbacks({ user_may_invite: () => true });
        api.registerAccountValidityCallbacks({ is_user_expired: () => null });
        api.registerThirdPartyRulesCallbacks({ on_new_event: () => undefined });
        api.registerPresenceRouterCallbacks({ get_users_for_states: () => ({}), get_interested_users: () => [] });
        api.registerPasswordAuthProviderCallbacks({ check_3pid_auth: () => null });
        api.registerBackgroundUpdateControllerCallbacks({ default_batch_size: () => 1 });
        api.registerAccountDataCallbacks({ on_account_data_updated: () => undefined });
        api.registerAddExtraFieldsToUnsignedClientEventCallbacks({ add_field_to_unsigned_callback: () => ({}) });
        api.registerMediaRepositoryCallbacks({ get_media_config_for_user: () => null });
        api.registerRatelimitCallbacks({ get_ratelimit_override_for_user: () => null });
        api.registerFederationCallbacks({ on_event_delivered_over_federation: () => undefined });
      }
    }
    const server = await boot({ modules: [{ module: All }] });
    const alice = await server.user('alice');
    await alice.send(await alice.createRoom(), 'hi');
    await server.close();
  });

  it('getCurrentTimeMsec tells the time of the server', async () => {
    const { server, api } = await withApi({ clock: 'fake' });
    const before = api.getCurrentTimeMsec();
    await server.advance(1_234);
    expect(api.getCurrentTimeMsec() - before).to.equal(1_234);
    await server.close();
  });

  describe('getUserByReq', () => {
    let server: TestServer;
    let isExpired = false;
    before(async () => {
      class Who {
        constructor(_config: unknown, api: ModuleApi) {
          api.registerAccountValidityCallbacks({ is_user_expired: () => isExpired });
          const who = async (ctx: WebContext): Promise<void> => {
            const { guests, expired } = ctx.query;
            ctx.body = { userId: (await api.getUserByReq(ctx, { allowGuest: guests === 'yes', allowExpired: expired === 'yes' })).userId };
          };
          api.registerWebResource('/_synapse/client/who', { GET: who });
        }
      }
      server = await boot({ modules: [{ module: Who }] });
    });
    after(() => server.close());

    it('lets guests in where they are allowed', async () => {
      const { access_token: token, user_id: userId } = (await server.request('POST', '/_matrix/client/v3/register?kind=guest', {})) as Record<
        string,
        string
      >;
      const ask = async (query: string): Promise<unknown> =>
        (await fetch(`${server.url}/_synapse/client/who?${query}`, { headers: { authorization: `Bearer ${token}` } })).json();
      expect(await ask('')).to.include({ errcode: 'M_GUEST_ACCESS_FORBIDDEN' });
      expect(await ask('guests=yes')).to.deep.equal({ userId });
    });

    it('lets the expired in where they are allowed', async () => {
      const alice = await server.user('alice');
      isExpired = true;
      await expectError(alice.request('GET', '/_synapse/client/who'), 403, 'ORG_MATRIX_EXPIRED_ACCOUNT');
      expect(await alice.request('GET', '/_synapse/client/who?expired=yes')).to.deep.equal({ userId: alice.userId });
      isExpired = false;
    });

    it('knows nobody without a valid token', async () => {
      await expectError(server.request('GET', '/_synapse/client/who'), 401, 'M_MISSING_TOKEN');
    });
  });

  describe('httpClient', () => {
    let server: TestServer, api: ModuleApi, other: OtherServer;
    before(async () => {
      ({ server, api } = await withApi({ config: { outgoing: { allow_addresses: ['127.0.0.0/8'] } } }));
      other = await otherServer((request, response) => {
        response.writeHead(request.url === '/gone' ? 410 : 200, { 'x-method': request.method });
        if (request.url === '/echo') request.pipe(response);
        else response.end('0123456789');
      });
    });
    after(async () => {
      await server.close();
      await other.close();
    });

    it('request sends anything and takes any answer', async () => {
      const answer = await api.httpClient.request('PATCH', `${other.url}/echo`, 'hello');
      expect([answer.status, answer.headers.get('x-method'), await answer.text()]).to.deep.equal([200, 'PATCH', 'hello']);
      expect((await api.httpClient.request('GET', `${other.url}/gone`)).status).to.equal(410);
    });

    it('getFile writes to a stream', async () => {
      const output = new PassThrough();
      const [file, written] = await Promise.all([api.httpClient.getFile(`${other.url}/file`, output), text(output)]);
      expect(written).to.equal('0123456789');
      expect(file).to.include({ length: 10, status: 200, url: `${other.url}/file` });
      expect(file.headers).to.include({ 'x-method': 'GET' });
    });

    it('getFile writes no more than it may, and nothing of an error', async () => {
      const tooSmall = new PassThrough();
      tooSmall.on('error', () => undefined);
      expect(await refusal(api.httpClient.getFile(`${other.url}/file`, tooSmall, 5))).to.match(/more than 5 bytes/);
      expect(tooSmall.destroyed).to.equal(true);
      expect(await refusal(api.httpClient.getFile(`${other.url}/gone`, new PassThrough()))).to.be.instanceOf(HttpResponseError);
    });
  });
});
