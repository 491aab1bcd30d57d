import { expect } from 'chai';
import { Codes, type LoginResponse, type ModuleApi } from '../../src/modules/public.ts';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { runModuleWork } from '../../src/operations/modules/run-module-work.ts';
import { SERVER_ITSELF } from '../../src/kernel/requester.ts';
import type { UserId } from '../../src/core/identifiers.ts';
import * as thirdPartyIds from '../../src/store/third-party-ids.ts';
import { clientOf, DUMMY, PASSWORD } from '../api/client.ts';
import { moduleWith } from './module-with.ts';

const KEY = 'org.example.key';
type Checkers = Parameters<ModuleApi['registerPasswordAuthProviderCallbacks']>[0];
const provider = (callbacks: (api: ModuleApi) => Checkers): { module: object } => ({
  module: moduleWith((api) => api.registerPasswordAuthProviderCallbacks(callbacks(api))),
});
const keyOf = (user: string, key: unknown, more: Json = {}): Json => ({ type: KEY, identifier: { type: 'm.id.user', user }, key, ...more });

describe('modules that know who somebody is', () => {
  let server: TestServer;
  const { post, as, register, logIn, get } = clientOf(() => server);
  const start = async (modules: unknown[], config: Json = {}): Promise<void> => {
    server = await boot({ modules, config });
  };
  afterEach(() => server.close());

  /** Takes a key that has the name in it, and makes accounts for those who come with one. */
  const keys = provider((api) => ({
    auth_checkers: new Map([
      [
        [KEY, ['key']] as const,
        async (user: string, _type: string, { key }: Readonly<Record<string, unknown>>) => {
          if (key !== `the key of ${user}`) return null;
          const userId = api.getQualifiedUserId(user);
          return (await api.checkUserExists(userId)) ?? api.registerUser(user);
        },
      ],
    ]),
  }));

  it('offer their login types, after the password', async () => {
    await start([keys]);
    const { flows } = (await get('/login')) as { flows: Json[] };
    expect(flows.map(({ type }) => type)).to.deep.equal(['m.login.password', KEY, 'm.login.token']);
  });

  it('let people in who have no account before, by a type of their own', async () => {
    await start([keys]);
    const login = await post('/login', keyOf('anna', 'the key of anna', { device_id: 'PHONE' }));
    expect(login).to.include({ user_id: '@anna:localhost', device_id: 'PHONE' });
    expect(await as(login['access_token'])).to.include({ user_id: '@anna:localhost' });
    await expectError(post('/login', keyOf('anna', 'wrong')), 403, 'M_FORBIDDEN');
    expect((await expectError(post('/login', keyOf('anna', undefined)), 400, 'M_UNKNOWN')).body['error']).to.equal(
      `Missing parameters for login type ${KEY}: key`,
    );
    await expectError(post('/login', { ...keyOf('anna', 'the key of anna'), type: 'org.example.other' }), 400, 'M_UNKNOWN');
  });

  it('are given what was written and the fields that they have declared', async () => {
    const asked: unknown[] = [];
    const watching = (field: string): object =>
      provider(() => ({ auth_checkers: [[[KEY, ['key', field]], (...args: unknown[]): null => (asked.push(args), null)]] }));
    await start([watching('one'), watching('other')]);
    await expectError(post('/login', keyOf('Alice Liddell', 1, { one: { a: 1 }, other: null, more: true, password: 'x' })), 403, 'M_FORBIDDEN');
    await expectError(post('/login', keyOf('@alice:elsewhere.example.org', 1, { one: 1, other: 1 })), 403, 'M_FORBIDDEN');
    expect(asked).to.deep.equal([
      ['Alice Liddell', KEY, { key: 1, one: { a: 1 } }],
      ['Alice Liddell', KEY, { key: 1, other: null }],
    ]);
    await expectError(post('/login', keyOf('alice', 1, { one: 1 })), 400, 'M_UNKNOWN');
  });

  it('are asked before the own passwords of the server, in order, and one that fails knows nobody', async () => {
    const asked: string[] = [];
    const named = (name: string, answer: () => string | null): object =>
      provider(() => ({ auth_checkers: [[['m.login.password', ['password']], (): string | null => (asked.push(name), answer())]] }));
    const broken = named('broken', () => {
      throw new Error('no directory');
    });
    await start([broken, named('stranger', () => null), named('friend', () => 'bob'), named('late', () => 'alice')]);
    const made = [await register('alice'), await register('bob')];
    expect(made.map((each) => each['user_id'])).to.deep.equal(['@alice:localhost', '@bob:localhost']);
    expect(await logIn('alice', 'whatever')).to.include({ user_id: '@bob:localhost' });
    expect(asked).to.deep.equal(['broken', 'stranger', 'friend']);
    await server.exchangeModules([broken]);
    expect(await logIn('alice')).to.include({ user_id: '@alice:localhost' });
    await expectError(logIn('alice', 'wrong'), 403, 'M_FORBIDDEN');
  });

  it('are the only ones that take passwords where the server keeps none', async () => {
    const passwords = { cost: 'test', enabled: false };
    await start([], { passwords });
    const alice = await register('alice');
    expect((await get('/login'))['flows']).to.deep.equal([{ type: 'm.login.token', get_login_token: true }]);
    expect((await expectError(logIn('alice'), 400, 'M_UNKNOWN')).body['error']).to.contain('does not take passwords');
    const change = { new_password: 'x', auth: { type: 'm.login.password', password: PASSWORD } };
    await expectError(as(alice['access_token'], 'POST', '/account/password', change), 403, 'M_FORBIDDEN');
    await expectError(as(alice['access_token'], 'POST', '/account/deactivate', { auth: change.auth }), 401, 'M_FORBIDDEN');
    const capabilities = (await as(alice['access_token'], 'GET', '/capabilities'))['capabilities'] as Json;
    expect([capabilities['m.change_password'], capabilities['m.get_login_token']]).to.deep.equal([{ enabled: false }, { enabled: false }]);
    await server.exchangeModules([
      provider(() => ({ auth_checkers: [[['m.login.password', ['password']], (user, _type, { password }) => (password === 'open' ? user : null)]] })),
    ]);
    await expectError(logIn('alice'), 403, 'M_FORBIDDEN');
    expect(await logIn('@alice:localhost', 'open')).to.include({ user_id: '@alice:localhost' });
  });

  it('open no account that there is not, or that is closed', async () => {
    const anybody = provider(() => ({ auth_checkers: [[[KEY, ['key']], (_user, _type, { key }) => key as string]] }));
    await start([anybody]);
    const alice = await register('alice');
    for (const name of ['nobody', '@alice:elsewhere.example.org', '@', 'al ice']) {
      await expectError(post('/login', keyOf('alice', name)), 403, 'M_FORBIDDEN');
    }
    expect(await post('/login', keyOf('x', 'Alice'))).to.include({ user_id: '@alice:localhost' });
    const admin = await server.user('root', { admin: true });
    await admin.request('PUT', '/_matrix/client/v1/admin/lock/@alice:localhost', { locked: true });
    await expectError(post('/login', keyOf('x', 'alice')), 401, 'M_USER_LOCKED');
    await admin.request('PUT', '/_matrix/client/v1/admin/lock/@alice:localhost', { locked: false });
    await as(alice['access_token'], 'POST', '/account/deactivate', { auth: keyOf('x', 'alice') });
    await expectError(post('/login', keyOf('x', 'alice')), 403, 'M_USER_DEACTIVATED');
  });

  it('may change the reply in the end, unless they fail', async () => {
    const replies: LoginResponse[] = [];
    const changing = provider(() => ({
      auth_checkers: [
        [
          [KEY, ['key']],
          (user, _type, { key }) =>
            [
              user,
              (reply: LoginResponse) => {
                replies.push({ ...reply });
                reply['org.example.greeting'] = 'hello';
                if (key === 'broken') throw new Error('broken');
              },
            ] as const,
        ],
      ],
    }));
    await start([changing]);
    await register('alice');
    const login = await post('/login', keyOf('alice', 'x'));
    expect(login).to.include({ user_id: '@alice:localhost', 'org.example.greeting': 'hello' });
    expect(await as(login['access_token'])).to.include({ user_id: '@alice:localhost' });
    expect(await post('/login', keyOf('alice', 'broken')))
      .to.have.property('access_token')
      .and.not.have.property('org.example.greeting');
    expect(replies[0]).to.include({ access_token: login['access_token'], device_id: login['device_id'] });
  });

  it('are asked wherever people have to show once more that it is them', async () => {
    await start([keys]);
    const { access_token: token } = await post('/login', keyOf('anna', 'the key of anna'));
    await post('/login', keyOf('bob', 'the key of bob'));
    const deactivate = (auth?: Json): Promise<Json> => as(token, 'POST', '/account/deactivate', { auth });
    const { flows } = (await expectError(deactivate(), 401)).body;
    expect(flows).to.deep.equal([{ stages: [KEY] }]);
    await expectError(deactivate(keyOf('anna', 'wrong')), 401, 'M_FORBIDDEN');
    await expectError(deactivate(keyOf('bob', 'the key of bob')), 403, 'M_FORBIDDEN');
    await expectError(deactivate({ type: KEY }), 401, 'M_UNKNOWN');
    await deactivate(keyOf('anna', 'the key of anna'));
    await expectError(as(token), 401, 'M_UNKNOWN_TOKEN');
  });

  it('know people by their addresses', async () => {
    const asked: unknown[] = [];
    const addresses = provider(() => ({
      check_3pid_auth: (...args) => (asked.push(args), args[2] === 'right' ? 'alice' : null),
      auth_checkers: [[['m.login.password', ['password']], (user, _type, { password }) => (asked.push([user, password]), null)]],
    }));
    await start([addresses]);
    const { user_id: bob } = await register('bob');
    await register('alice');
    const work = (): ReturnType<typeof thirdPartyIds.add> =>
      thirdPartyIds.add(bob as UserId, { medium: 'email', address: 'bob@example.org', validatedTs: 0, addedTs: 0 });
    await server.run(runModuleWork, SERVER_ITSELF, { work });
    const byAddress = (address: string, password: string): Promise<Json> =>
      post('/login', { type: 'm.login.password', identifier: { type: 'm.id.thirdparty', medium: 'email', address }, password });
    expect(await byAddress('Alice@Example.org', 'right')).to.include({ user_id: '@alice:localhost' });
    await expectError(byAddress('alice@example.org', 'wrong'), 403, 'M_FORBIDDEN');
    expect(await byAddress('BOB@example.org', PASSWORD)).to.include({ user_id: '@bob:localhost' });
    expect(asked).to.deep.equal([
      ['email', 'alice@example.org', 'right'],
      ['email', 'alice@example.org', 'wrong'],
      ['email', 'bob@example.org', PASSWORD],
      ['@bob:localhost', PASSWORD],
    ]);
  });

  it('may keep somebody from having a device, by whatever type they log in', async () => {
    const asked: unknown[] = [];
    let refused: boolean;
    const doorkeeper = moduleWith((api) =>
      api.registerSpamCheckerCallbacks({
        check_login_for_spam(userId, deviceId, name, requestInfo, authProviderId) {
          asked.push([userId, deviceId, name, requestInfo[0]?.[1], authProviderId]);
          return refused ? [Codes.FORBIDDEN, { error: 'Not today' }] : 'NOT_SPAM';
        },
      }),
    );
    refused = false;
    await start([keys, { module: doorkeeper }]);
    await register('anna');
    expect(asked).to.deep.equal([]);
    const { access_token: token } = await logIn('anna', PASSWORD, { device_id: 'ONE', initial_device_display_name: 'Phone' });
    const auth = { type: 'm.login.password', password: PASSWORD };
    const issued = (await server.request('POST', '/_matrix/client/v1/login/get_token?access_token=' + String(token), { auth })) as Json;
    refused = true;
    const before = (await as(token, 'GET', '/devices'))['devices'];
    const byToken = { type: 'm.login.token', token: issued['login_token'] };
    expect((await expectError(post('/login', byToken), 403, 'M_FORBIDDEN')).body['error']).to.equal('Not today');
    await expectError(post('/login', keyOf('anna', 'the key of anna')), 403, 'M_FORBIDDEN');
    await expectError(logIn('anna'), 403, 'M_FORBIDDEN');
    expect((await as(token, 'GET', '/devices'))['devices']).to.deep.equal(before);
    refused = false;
    await post('/login', byToken);
    expect(asked[0]).to.deep.equal(['@anna:localhost', 'ONE', 'Phone', '127.0.0.1', null]);
    expect(asked).to.have.length(5);
    await post('/register', { username: 'other', password: PASSWORD, auth: DUMMY });
    expect(asked).to.have.length(5);
  });
});
