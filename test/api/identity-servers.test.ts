import { expect } from 'chai';
import type { JsonObject } from '../../src/core/json.ts';
import { createSigningKey, verifyJson } from '../../src/core/signatures.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { TestIdentityServer } from '../support/identity-server.ts';
import { certificateFile } from '../support/tls-certificate.ts';
import { byPassword, clientOf } from './client.ts';

const V2 = '/_matrix/identity/v2';

/** https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidbind and what belongs to it */
describe('addresses at identity servers', () => {
  const certificate = certificateFile();
  let identity: TestIdentityServer;
  let server: TestServer;
  let alice: TestUser;
  let token: string;
  const { as, register } = clientOf(() => server);
  after(() => certificate.remove());

  const start = async (outgoing: Json = { allow_addresses: ['127.0.0.1'] }): Promise<void> => {
    server = await boot({ clock: 'fake', config: { outgoing: { extra_ca: [certificate.path], ...outgoing } } });
    identity.homeserver.url = server.url;
    alice = await server.user('alice');
    token = identity.tokenOf(alice.userId);
  };
  beforeEach(async () => {
    identity = await TestIdentityServer.start();
    await start();
  });
  afterEach(async () => {
    await server.close();
    await identity.close();
  });

  const post = (path: string, body: unknown, user = alice): Promise<Json> => user.request('POST', `/_matrix/client/v3/account${path}`, body);
  const creds = (sid: string, more: Json = {}): Json => ({
    sid,
    client_secret: 'hush',
    id_server: identity.name,
    id_access_token: token,
    ...more,
  });
  const bind = (email: string): Promise<Json> => post('/3pid/bind', creds(identity.session(email, 'hush')));
  const email = (address: string, more: Json = {}): Json => ({ medium: 'email', address, ...more });

  it('are bound to the user who has confirmed them there', async () => {
    expect(await bind('alice@example.org')).to.deep.equal({});
    expect([...identity.bound]).to.deep.equal([['alice@example.org', alice.userId]]);
    expect(await alice.request('GET', '/_matrix/client/v3/account/3pid'), 'the account has them all the same not').to.deep.equal({ threepids: [] });
  });

  it('are not bound before they are confirmed, and the identity server says why', async () => {
    const open = identity.session('alice@example.org', 'hush', false);
    await expectError(post('/3pid/bind', creds(open)), 400, 'M_SESSION_NOT_VALIDATED');
    await expectError(post('/3pid/bind', creds('unknown')), 404, 'M_NO_VALID_SESSION');
    await expectError(post('/3pid/bind', creds(open, { client_secret: 'guessed' })), 404, 'M_NO_VALID_SESSION');
  });

  it('never make a client believe that its session here has ended', async () => {
    const sid = identity.session('alice@example.org', 'hush');
    const wrong = await expectError(post('/3pid/bind', creds(sid, { id_access_token: 'wrong' })), 403, 'M_UNAUTHORIZED');
    expect(wrong.body['error']).to.include(identity.name).and.include('Unauthorized');
    identity.answers.set(`${V2}/3pid/bind`, { status: 403, body: '{"errcode":"M_UNKNOWN_TOKEN","error":"gone"}' });
    await expectError(post('/3pid/bind', creds(sid)), 403, 'M_UNAUTHORIZED');
  });

  it('are not bound by an identity server that does not answer as it should', async () => {
    const sid = identity.session('alice@example.org', 'hush');
    for (const answer of [
      { status: 500, body: '{"errcode":"M_UNKNOWN","error":"broken"}' },
      { status: 200, body: '<html>' },
      { status: 200, body: '[]' },
      { status: 200, body: `{"medium":"email","address":"a@example.org","mxid":"@somebody:else"}` },
      { status: 302, body: '' },
      { status: 200, body: `{"medium":"${'x'.repeat(100_000)}"}` },
    ]) {
      identity.answers.set(`${V2}/3pid/bind`, answer);
      await expectError(post('/3pid/bind', creds(sid)), 502, 'M_UNKNOWN');
    }
    expect(await post('/3pid/unbind', email('alice@example.org'))).to.deep.equal({ id_server_unbind_result: 'no-support' });
  });

  it('are not looked for in the private network', async () => {
    await server.close();
    await start({});
    const sid = identity.session('alice@example.org', 'hush');
    await expectError(post('/3pid/bind', creds(sid)), 502, 'M_UNKNOWN');
    expect(identity.asked).to.deep.equal([]);
    for (const name of ['https://example.org', 'example.org/path', 'user@example.org', 'example.org?query', '']) {
      await expectError(post('/3pid/bind', creds(sid, { id_server: name })), 400, 'M_INVALID_PARAM');
      await expectError(post('/3pid/unbind', email('a@example.org', { id_server: name })), 400, 'M_INVALID_PARAM');
    }
  });

  it('are unbound by the key that the server publishes', async () => {
    const published = (await server.request('GET', '/_matrix/key/v2/server')) as Json;
    const { publicKey } = createSigningKey('ed25519:test', Buffer.alloc(32, 1));
    const { signatures, ...keys } = published;
    expect(keys).to.deep.equal({
      server_name: 'localhost',
      verify_keys: { 'ed25519:test': { key: publicKey } },
      old_verify_keys: {},
      valid_until_ts: server.clock.now() + 24 * 3_600_000,
    });
    expect(verifyJson({ ...keys, signatures } as JsonObject, 'localhost', 'ed25519:test', publicKey)).to.equal(true);
  });

  describe('are unbound', () => {
    beforeEach(() => bind('alice@example.org'));

    it('at the server that is named, by a request that this server has signed', async () => {
      expect(await post('/3pid/unbind', email('alice@example.org', { id_server: identity.name }))).to.deep.equal({
        id_server_unbind_result: 'success',
      });
      expect(identity.bound.size).to.equal(0);
      expect(await post('/3pid/unbind', email('alice@example.org')), 'it is forgotten').to.deep.equal({ id_server_unbind_result: 'no-support' });
    });

    it('wherever they were bound, when no server is named', async () => {
      expect(await post('/3pid/unbind', email('Alice@Example.org'))).to.deep.equal({ id_server_unbind_result: 'success' });
      expect(identity.bound.size).to.equal(0);
    });

    it('by their own user only', async () => {
      const bob = await server.user('bob');
      expect(await post('/3pid/unbind', email('alice@example.org'), bob)).to.deep.equal({ id_server_unbind_result: 'no-support' });
      await expectError(post('/3pid/unbind', email('alice@example.org', { id_server: identity.name }), bob), 403, 'M_FORBIDDEN');
      expect(identity.bound.size).to.equal(1);
    });

    it('not by a server that knows no unbinding, and its errors are told', async () => {
      for (const status of [400, 404, 501]) {
        identity.answers.set(`${V2}/3pid/unbind`, { status, body: 'not found' });
        expect(await post('/3pid/unbind', email('alice@example.org'))).to.deep.equal({ id_server_unbind_result: 'no-support' });
      }
      identity.answers.set(`${V2}/3pid/unbind`, { status: 400, body: '{"errcode":"M_SOMETHING","error":"Not today"}' });
      const refused = await expectError(post('/3pid/unbind', email('alice@example.org')), 400, 'M_SOMETHING');
      expect(refused.body['error']).to.include('Not today');
      identity.answers.set(`${V2}/3pid/unbind`, { status: 500, body: '' });
      await expectError(post('/3pid/unbind', email('alice@example.org')), 502, 'M_UNKNOWN');
      identity.answers.clear();
      expect(await post('/3pid/unbind', email('alice@example.org'))).to.deep.equal({ id_server_unbind_result: 'success' });
    });

    it('when they are taken off the account', async () => {
      expect(await post('/3pid/delete', email('alice@example.org'))).to.deep.equal({ id_server_unbind_result: 'success' });
      expect(identity.bound.size).to.equal(0);
      expect(await post('/3pid/delete', email('alice@example.org'))).to.deep.equal({ id_server_unbind_result: 'no-support' });
    });

    it('when the account ends', async () => {
      const { access_token: bob } = await register('bob');
      const own = identity.session('bob@example.org', 'hush');
      await as(bob, 'POST', '/account/3pid/bind', creds(own, { id_access_token: identity.tokenOf('@bob:localhost') }));
      expect(await as(bob, 'POST', '/account/deactivate', { auth: byPassword('bob') })).to.deep.equal({ id_server_unbind_result: 'success' });
      expect([...identity.bound.keys()]).to.deep.equal(['alice@example.org']);
    });

    it('or not, and what was to be done here is done', async () => {
      identity.answers.set(`${V2}/3pid/unbind`, { status: 500, body: '' });
      expect(await post('/3pid/delete', email('alice@example.org'))).to.deep.equal({ id_server_unbind_result: 'no-support' });
      const { access_token: bob } = await register('bob');
      const own = identity.session('bob@example.org', 'hush');
      await as(bob, 'POST', '/account/3pid/bind', creds(own, { id_access_token: identity.tokenOf('@bob:localhost') }));
      expect(await as(bob, 'POST', '/account/deactivate', { auth: byPassword('bob'), id_server: identity.name })).to.deep.equal({
        id_server_unbind_result: 'no-support',
      });
      await expectError(as(bob, 'GET', '/account/whoami'), 401, 'M_UNKNOWN_TOKEN');
    });
  });

  describe('that are given in the old way', () => {
    const associate = (sid: string, more: Json = {}): Promise<Json> => post('/3pid', { three_pid_creds: creds(sid, more) });

    it('are bound where they were confirmed', async () => {
      expect(await associate(identity.session('alice@example.org', 'hush'))).to.deep.equal({});
      expect(identity.bound.get('alice@example.org')).to.equal(alice.userId);
      expect(await post('/3pid/unbind', email('alice@example.org'))).to.deep.equal({ id_server_unbind_result: 'success' });
    });

    it('have to be confirmed', async () => {
      await expectError(associate(identity.session('alice@example.org', 'hush', false)), 403, 'M_THREEPID_AUTH_FAILED');
      await expectError(associate('unknown'), 403, 'M_THREEPID_AUTH_FAILED');
      await expectError(post('/3pid', { three_pid_creds: { sid: 'unknown', client_secret: 'hush' } }), 403, 'M_THREEPID_AUTH_FAILED');
    });
  });
});
