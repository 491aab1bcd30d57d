import { expect } from 'chai';
import type { ModuleApi, WebContext } from '../../src/modules/public.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { refusal, withApi } from './with-api.ts';

describe('what modules can do with accounts', () => {
  let server: TestServer, api: ModuleApi;
  let alice: TestUser;
  before(async () => {
    ({ server, api } = await withApi());
    alice = await server.user('alice');
  });
  after(() => server.close());

  const logInBy = (token: string): Promise<unknown> => server.request('POST', '/_matrix/client/v3/login', { type: 'm.login.token', token });

  it('checkUsername says what can be registered', async () => {
    expect(await api.checkUsername('somebody-new')).to.equal(undefined);
    expect(await refusal(api.checkUsername('alice'))).to.include({ errcode: 'M_USER_IN_USE' });
    expect(await refusal(api.checkUsername('not a name'))).to.include({ errcode: 'M_INVALID_USERNAME' });
  });

  it('registerUser notes mail addresses, which getThreepidsForUser tells', async () => {
    const userId = await api.registerUser('with-mail', undefined, ['First@Example.org', 'second@example.org', 'first@example.org']);
    const addresses = await api.getThreepidsForUser(userId);
    expect(addresses.map(({ medium, address }) => [medium, address])).to.deep.equal([
      ['email', 'first@example.org'],
      ['email', 'second@example.org'],
    ]);
    expect(addresses[0]?.addedAt).to.equal(addresses[0]?.validatedAt).and.be.closeTo(Date.now(), 10_000);
    expect(await api.getThreepidsForUser(alice.userId)).to.deep.equal([]);
    expect(await refusal(api.getThreepidsForUser('@carol:elsewhere'))).to.include({ errcode: 'M_NOT_FOUND' });
  });

  it('makes no account where an address is no address, or belongs to another account', async () => {
    await api.registerUser('has-it', undefined, ['taken@example.org']);
    expect(await refusal(api.registerUser('wants-it', undefined, ['free@example.org', 'taken@example.org']))).to.include({
      errcode: 'M_THREEPID_IN_USE',
    });
    expect(await refusal(api.registerUser('wants-it', undefined, ['nonsense']))).to.include({ errcode: 'M_INVALID_PARAM' });
    expect(await api.checkUserExists('@wants-it:localhost')).to.equal(undefined);
  });

  it('registerUser tells the modules of the account and of its addresses', async () => {
    const told: unknown[][] = [];
    class Listens {
      constructor(_config: unknown, other: ModuleApi) {
        other.registerAccountValidityCallbacks({ on_user_registration: (...args) => void told.push(args) });
        other.registerThirdPartyRulesCallbacks({ on_add_user_third_party_identifier: (...args) => void told.push(args) });
      }
    }
    const listening = await withApi({ modules: [{ module: Listens }] });
    const userId = await listening.api.registerUser('told', undefined, ['told@example.org']);
    await listening.server.idle();
    expect(told).to.deep.equal([[userId], [userId, 'email', 'told@example.org']]);
    await listening.server.close();
  });

  it('register makes an account and logs it in', async () => {
    const { userId, accessToken } = await api.register('old-way', 'Old Way', ['old@example.org']);
    expect(userId).to.equal('@old-way:localhost');
    const whoAmI = await fetch(`${server.url}/_matrix/client/v3/account/whoami`, { headers: { authorization: `Bearer ${accessToken}` } });
    expect(await whoAmI.json()).to.include({ user_id: userId });
    expect(await api.getProfileForUser('old-way')).to.include({ displayName: 'Old Way' });
    expect(await api.getThreepidsForUser(userId)).to.have.length(1);
  });

  it('recordUserExternalId notes who an account belongs to, once', async () => {
    await api.recordUserExternalId('provider', 'subject-1', alice.userId);
    await api.recordUserExternalId('provider', 'subject-1', alice.userId);
    const other = await api.registerUser('external');
    expect(await refusal(api.recordUserExternalId('provider', 'subject-1', other))).to.include({ errcode: 'M_INVALID_PARAM' });
    expect(await refusal(api.recordUserExternalId('provider', 'subject-2', '@none:localhost'))).to.include({ errcode: 'M_NOT_FOUND' });
  });

  it('storeRemote3pidAssociation notes what an identity server knows', async () => {
    await api.storeRemote3pidAssociation(alice.userId, 'email', 'alice@example.org', 'identity.example.org');
    expect(await refusal(api.storeRemote3pidAssociation(alice.userId, 'email', 'a@example.org', 'no/server'))).to.include({
      errcode: 'M_INVALID_PARAM',
    });
    expect(await refusal(api.storeRemote3pidAssociation('@none:localhost', 'email', 'a@example.org', 'example.org'))).to.include({
      errcode: 'M_NOT_FOUND',
    });
  });

  it('createLoginToken lets a client in once', async () => {
    const token = await api.createLoginToken(alice.userId);
    expect(await logInBy(token)).to.include({ user_id: alice.userId });
    await expectError(logInBy(token), 403, 'M_FORBIDDEN');
    expect(await refusal(api.createLoginToken('@none:localhost'))).to.include({ errcode: 'M_NOT_FOUND' });
    expect(await refusal(api.createLoginToken(alice.userId, 0))).to.include({ errcode: 'M_INVALID_PARAM' });
  });

  it('createLoginToken makes tokens that are good for as long as they are asked to be', async () => {
    const fake = await withApi({ clock: 'fake' });
    const userId = await fake.api.registerUser('late');
    const [short, long] = [await fake.api.createLoginToken(userId, 1_000), await fake.api.createLoginToken(userId, 3_000)];
    await fake.server.advance(2_000);
    const logIn = (token: string): Promise<unknown> => fake.server.request('POST', '/_matrix/client/v3/login', { type: 'm.login.token', token });
    await expectError(logIn(short), 403, 'M_FORBIDDEN');
    expect(await logIn(long)).to.include({ user_id: userId });
    await fake.server.close();
  });

  it('invalidateAccessToken logs a device out', async () => {
    const userId = await api.registerUser('leaving');
    const { accessToken } = await api.registerDevice(userId, 'GONE');
    await api.invalidateAccessToken(accessToken);
    const whoAmI = await fetch(`${server.url}/_matrix/client/v3/account/whoami`, { headers: { authorization: `Bearer ${accessToken}` } });
    expect(await whoAmI.json()).to.include({ errcode: 'M_UNKNOWN_TOKEN' });
    expect(await refusal(api.invalidateAccessToken(accessToken))).to.include({ errcode: 'M_UNKNOWN_TOKEN' });
  });

  it('getUserIpAndAgents tells from where somebody came', async () => {
    const headers = { authorization: `Bearer ${alice.accessToken}`, 'user-agent': 'Client/1' };
    await fetch(`${server.url}/_matrix/client/v3/account/whoami`, { headers });
    await server.idle();
    const seen = await api.getUserIpAndAgents(alice.userId);
    expect(seen.find(({ userAgent }) => userAgent === 'Client/1')).to.include({ ip: '127.0.0.1' });
    expect(await api.getUserIpAndAgents(alice.userId, Date.now() + 60_000)).to.deep.equal([]);
    expect(await api.getUserIpAndAgents('@carol:elsewhere')).to.deep.equal([]);
    expect(await api.getUserIpAndAgents('nonsense')).to.deep.equal([]);
  });

  it('getMonthlyActiveUsersByService counts who has used the server in a time', async () => {
    const fake = await withApi({ clock: 'fake' });
    const [early, late] = [await fake.server.user('early'), await fake.api.registerUser('late')];
    const between = fake.api.getCurrentTimeMsec() + 1_000;
    await fake.server.advance(20 * 86_400_000);
    await fake.api.registerDevice(late);
    const users = async (...times: number[]): Promise<string[]> =>
      (await fake.api.getMonthlyActiveUsersByService(...times)).map(({ appServiceId, userId }) => `${appServiceId ?? 'native'} ${userId}`);
    expect(await users()).to.deep.equal([`native ${early.userId}`, `native ${late}`]);
    expect(await users(between)).to.deep.equal([`native ${late}`]);
    expect(await users(0, between)).to.deep.equal([`native ${early.userId}`]);
    await fake.server.advance(20 * 86_400_000);
    expect(await users()).to.deep.equal([`native ${late}`]);
    await fake.server.close();
  });
});

const CONFIG = {
  public_baseurl: 'http://127.0.0.1:8008/',
  sso: {
    oidc_providers: [{ id: 'company', name: 'Company', issuer: 'https://id.example.org/', client_id: 'plexus', client_secret: 'secret' }],
    trusted_clients: ['https://app.example.org'],
  },
};

describe('modules that log people in by a browser', () => {
  let server: TestServer;
  before(async () => {
    class Door {
      constructor(_config: unknown, api: ModuleApi) {
        const enter = async (ctx: WebContext): Promise<void> => {
          const { user, to, fresh } = ctx.query as Record<string, string>;
          await api.completeSsoLoginAsync(api.getQualifiedUserId(user ?? ''), ctx, to ?? '', fresh === 'yes', 'door');
        };
        api.registerWebResource('/_synapse/client/door', { GET: enter });
      }
    }
    server = await boot({ modules: [{ module: Door }], config: CONFIG });
    await server.user('alice');
  });
  after(() => server.close());

  const enter = (query: Record<string, string>): Promise<Response> =>
    fetch(`${server.url}/_synapse/client/door?${new URLSearchParams(query).toString()}`, { redirect: 'manual' });
  const logInBy = (link: string): Promise<unknown> =>
    server.request('POST', '/_matrix/client/v3/login', { type: 'm.login.token', token: new URL(link).searchParams.get('loginToken') });

  it('completeSsoLoginAsync sends them on to a client that the configuration trusts', async () => {
    const answer = await enter({ user: 'alice', to: 'https://app.example.org/?a=b' });
    expect(answer.status).to.equal(303);
    const link = answer.headers.get('location') ?? '';
    expect(link).to.match(/^https:\/\/app\.example\.org\/\?a=b&loginToken=/);
    expect(await logInBy(link)).to.include({ user_id: '@alice:localhost' });
  });

  it('asks them first about any other client', async () => {
    const answer = await enter({ user: 'alice', to: 'https://other.example.org/', fresh: 'yes' });
    const page = await answer.text();
    expect(answer.status).to.equal(200);
    expect(answer.headers.get('content-security-policy')).to.contain("default-src 'none'");
    expect(page).to.contain('other.example.org').and.contain('@alice:localhost').and.contain('An account was made for you');
    const [, link = ''] = /href="([^"]+)"/.exec(page) ?? [];
    expect(await logInBy(link.replaceAll('&amp;', '&'))).to.include({ user_id: '@alice:localhost' });
  });

  it('lets nobody through who has no account, and sends nobody where nothing waits for a token', async () => {
    const answer = await enter({ user: 'nobody', to: 'https://app.example.org/' });
    expect([answer.status, await answer.text()]).to.satisfy(([status, page]: [number, string]) => status === 403 && page.includes('no account'));
    const script = await enter({ user: 'alice', to: 'javascript:alert(1)' });
    expect([script.status, await script.json()]).to.deep.include(400);
  });
});
