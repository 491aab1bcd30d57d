import { expect } from 'chai';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import type { PasswordAuthProviderCallbacks } from '../../src/modules/public.ts';
import { byPassword, clientOf, DUMMY, PASSWORD } from '../api/client.ts';
import { confirmAddress } from '../support/confirm-address.ts';
import { openMailbox, type Mailbox } from '../support/mailbox.ts';
import { moduleWith } from './module-with.ts';

describe('modules around registrations', () => {
  let mailbox: Mailbox;
  let server: TestServer;
  const { post, as, get, register } = clientOf(() => server);
  before(async () => {
    mailbox = await openMailbox();
  });
  after(() => mailbox.close());
  afterEach(() => server.close());
  const start = async (...callbacks: PasswordAuthProviderCallbacks[]): Promise<void> => {
    const modules = callbacks.map((each) => ({ module: moduleWith((api) => api.registerPasswordAuthProviderCallbacks(each)) }));
    const mail = { host: '127.0.0.1', port: mailbox.port, security: 'none', from: 'Plexus <noreply@example.org>' };
    server = await boot({ modules, config: { public_baseurl: 'https://example.org', mail } });
  };

  it('choose names: the first that has one, for what the stages gave', async () => {
    const asked: unknown[] = [];
    await start(
      { get_username_for_registration: () => null, get_displayname_for_registration: () => undefined },
      {
        get_username_for_registration: (...args) => (asked.push(args), 'Carol.Smith'),
        get_displayname_for_registration: () => 'Carol Smith',
      },
    );
    const credentials = await confirmAddress(server, mailbox, 'register', 'carol@example.org');
    const auth = { type: 'm.login.email.identity', threepid_creds: credentials };
    expect(await post('/register', { username: 'wanted', password: PASSWORD, auth, 'org.example.code': 'x' })).to.include({
      user_id: '@carol.smith:localhost',
    });
    const [[results, params]] = asked as [[Json, Json]];
    expect(results['m.login.email.identity']).to.include({ medium: 'email', address: 'carol@example.org' }).and.have.property('validated_at');
    expect(params).to.deep.equal({ username: 'wanted', 'org.example.code': 'x' });
    expect(await get('/profile/@carol.smith:localhost')).to.deep.equal({ displayname: 'Carol Smith' });
    await expectError(post('/register', { username: 'other', auth: DUMMY }), 400, 'M_USER_IN_USE');
  });

  it('choose no name for guests, who keep theirs; and a name that is none is refused as usual', async () => {
    await start({ get_username_for_registration: () => 'not a name', get_displayname_for_registration: () => 'Somebody' });
    const guest = await post('/register?kind=guest');
    expect(await get(`/profile/${String(guest['user_id'])}`)).to.deep.equal({});
    const username = String(guest['user_id']).slice(1, -':localhost'.length);
    await register(username, { guest_access_token: guest['access_token'] });
    await expectError(register('other'), 400, 'M_INVALID_USERNAME');
    expect((await server.user('dave')).userId).to.equal('@dave:localhost');
  });

  it('refuse a registration whose name they cannot choose', async () => {
    await start({
      get_username_for_registration() {
        throw new Error('the directory is away');
      },
    });
    await expectError(register('alice'), 500, 'M_UNKNOWN');
    await expectError(get('/profile/@alice:localhost'), 404, 'M_NOT_FOUND');
  });

  it('say which addresses may be used, on every road', async () => {
    const asked: unknown[] = [];
    let allowed = false;
    await start({ is_3pid_allowed: (...args) => (asked.push(args), allowed) });
    const wanting = (email: string): Json => ({ email, client_secret: 'secret', send_attempt: 1 });
    await expectError(post('/register/email/requestToken', wanting('A@example.org')), 403, 'M_THREEPID_DENIED');
    await expectError(post('/account/3pid/email/requestToken', wanting('b@example.org')), 403, 'M_THREEPID_DENIED');
    await post('/account/password/email/requestToken', wanting('c@example.org'));
    const { session } = (await expectError(post('/register', {}), 401)).body;
    const body = new URLSearchParams({ session: String(session), email: 'd@example.org' });
    const page = await fetch(`${server.url}/_matrix/client/v3/auth/m.login.email.identity/fallback/web`, { method: 'POST', body });
    expect(await page.text()).to.include('This address may not be used here');
    expect(asked.splice(0)).to.deep.equal([
      ['email', 'a@example.org', true],
      ['email', 'b@example.org', false],
      ['email', 'd@example.org', true],
    ]);

    allowed = true;
    const forNew = await confirmAddress(server, mailbox, 'register', 'erin@example.org');
    const { access_token: token } = await register('alice');
    const forOld = await confirmAddress(server, mailbox, 'account/3pid', 'alice@example.org');
    allowed = false;
    const auth = { type: 'm.login.email.identity', threepid_creds: forNew };
    await expectError(register('erin', { auth }), 403, 'M_THREEPID_DENIED');
    await expectError(as(token, 'POST', '/account/3pid/add', { ...forOld, auth: byPassword('alice') }), 403, 'M_THREEPID_DENIED');
    await expectError(as(token, 'POST', '/account/3pid', { three_pid_creds: forOld, auth: byPassword('alice') }), 403, 'M_THREEPID_DENIED');
    expect(await as(token, 'GET', '/account/3pid')).to.deep.equal({ threepids: [] });
    allowed = true;
    await register('erin', { auth: { type: 'm.login.email.identity', threepid_creds: forNew } });
    await as(token, 'POST', '/account/3pid/add', { ...forOld, auth: byPassword('alice') });
  });
});
