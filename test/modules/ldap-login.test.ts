import { expect } from 'chai';
import { resolve } from 'node:path';
import { boot, expectError, type TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { byPassword, clientOf } from '../api/client.ts';
import { hasSlapd, startSlapd, type Slapd } from '../support/slapd.ts';
import { entry, load } from '../unit/modules/modules-under-test.ts';

const BASE = 'dc=example,dc=org';
const person = (dn: string, uid: string, more: readonly string[] = []): string =>
  [`dn: ${dn}`, 'objectClass: inetOrgPerson', `uid: ${uid}`, 'cn: x', 'sn: x', 'userPassword: pass', ...more].join('\n');
const ENTRIES = [
  `dn: ${BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example`,
  ...['people', 'hidden', 'more'].map((name) => `dn: ou=${name},${BASE}\nobjectClass: organizationalUnit\nou: ${name}`),
  `dn: cn=reader,${BASE}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\nuserPassword: read`,
  person(`uid=alice,ou=people,${BASE}`, 'alice', ['givenName: Alice', 'mail: alice@example.org', 'employeeType: chat']),
  person(`uid=Bob,ou=people,${BASE}`, 'Bob', ['mail: alice@example.org']),
  person(String.raw`uid=c\,d,ou=people,` + BASE, 'c,d'),
  person(`uid=erin,ou=hidden,${BASE}`, 'erin', ['mail: erin@example.org', 'employeeType: chat']),
  person(`cn=x,uid=erin,ou=hidden,${BASE}`, 'frank', ['mail: twice@example.org', 'employeeType: chat']),
  person(`uid=gina,ou=more,${BASE}`, 'gina', ['mail: twice@example.org', 'employeeType: chat']),
].join('\n\n');
const MODULE = 'plexus:ldap-login';

const SKIPPED = ' (skipped: there is no OpenLDAP server here; on Debian: apt-get install slapd)';

describe(`plexus:ldap-login${hasSlapd() ? '' : SKIPPED}`, () => {
  let slapd: Slapd;
  let server: TestServer | undefined;
  before(async function () {
    if (!hasSlapd()) this.skip();
    slapd = await startSlapd(ENTRIES);
  });
  after(() => (slapd as Slapd | undefined)?.stop());
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  const running = (): TestServer => server ?? expect.fail('the server was not started');
  const { logIn, get, as, post } = clientOf(running);
  const start = async (config: Json): Promise<void> => {
    server = await boot({ modules: [{ module: MODULE, config: { uri: slapd.url, base: `ou=people,${BASE}`, ...config } }] });
  };
  const search = (): Json => ({ mode: 'search', base: BASE, bind_dn: `cn=reader,${BASE}`, bind_password: 'read' });

  it('lets people in by the entry that their name makes, with an account made at the first login', async () => {
    await start({});
    expect(await logIn('alice', 'pass')).to.include({ user_id: '@alice:localhost' });
    expect(await get('/profile/@alice:localhost')).to.deep.equal({ displayname: 'Alice' });
    expect(await logIn('@alice:localhost', 'pass')).to.include({ user_id: '@alice:localhost' });
    for (const [user, password] of [
      ['alice', 'wrong'],
      ['alice', ''],
      ['nobody', 'pass'],
      ['', 'pass'],
      ['*', 'pass'],
      ['alice,ou=people', 'pass'],
    ] as const) {
      await expectError(logIn(user, password), 403, 'M_FORBIDDEN');
    }
    await expectError(get('/profile/@nobody:localhost'), 404);
  });

  it('makes the account in small letters, and without an address that belongs to another', async () => {
    await start({});
    const alice = await logIn('alice', 'pass');
    const bob = await logIn('BOB', 'pass');
    expect(bob).to.include({ user_id: '@bob:localhost' });
    expect((await as(alice['access_token'], 'GET', '/account/3pid'))['threepids']).to.have.length(1);
    expect((await as(bob['access_token'], 'GET', '/account/3pid'))['threepids']).to.deep.equal([]);
    // A name that no user id can have is found in the directory, and gets no account.
    await expectError(logIn('c,d', 'pass'), 403, 'M_FORBIDDEN');
  });

  it('looks for people below the base who fulfil the filter, also by their mail address', async () => {
    await start({ ...search(), filter: 'employeeType=chat' });
    expect(await logIn('erin', 'pass')).to.include({ user_id: '@erin:localhost' });
    expect(await logIn('alice', 'pass')).to.include({ user_id: '@alice:localhost' });
    for (const [user, password] of [
      ['bob', 'pass'],
      ['erin', 'wrong'],
      ['erin', ''],
      ['*', 'pass'],
      ['erin)(uid=*', 'pass'],
      ['ali*', 'pass'],
    ] as const) {
      await expectError(logIn(user, password), 403, 'M_FORBIDDEN');
    }
    const byAddress = (address: string, password = 'pass'): Promise<Json> =>
      post('/login', { type: 'm.login.password', identifier: { type: 'm.id.thirdparty', medium: 'email', address }, password });
    expect(await byAddress('Erin@example.org')).to.include({ user_id: '@erin:localhost' });
    await expectError(byAddress('erin@example.org', 'wrong'), 403, 'M_FORBIDDEN');
    await expectError(byAddress('twice@example.org'), 403, 'M_FORBIDDEN');
  });

  it('takes the password wherever somebody has to show once more that it is them', async () => {
    await start({});
    const { access_token: token } = await logIn('alice', 'pass');
    const deactivate = (password: string): Promise<Json> => as(token, 'POST', '/account/deactivate', { auth: byPassword('alice', password) });
    await expectError(deactivate('wrong'), 401, 'M_FORBIDDEN');
    await deactivate('pass');
    await expectError(logIn('alice', 'pass'), 403, 'M_USER_DEACTIVATED');
  });

  it('speaks through TLS, from the beginning or by StartTLS, and to whom it can trust', async () => {
    for (const tls of [{ uri: slapd.secureUrl }, { start_tls: true }]) {
      await start({ ...tls, ca_file: slapd.certificate });
      expect(await logIn('alice', 'pass')).to.include({ user_id: '@alice:localhost' });
      await running().close();
      await start(tls);
      await expectError(logIn('alice', 'pass'), 403, 'M_FORBIDDEN');
      await running().close();
      await start({ ...tls, validate_cert: false });
      expect(await logIn('alice', 'pass')).to.include({ user_id: '@alice:localhost' });
      await running().close();
    }
    server = undefined;
  });

  it('goes on to the next directory where one cannot be reached', async () => {
    await start({ uri: ['ldap://127.0.0.1:1', slapd.url] });
    expect(await logIn('alice', 'pass')).to.include({ user_id: '@alice:localhost' });
  });

  const wrongSettings: readonly (readonly [what: string, config: () => Json, told: RegExp])[] = [
    [
      'a directory that is not there',
      () => ({ uri: 'ldap://127.0.0.1:1' }),
      /the directory cannot be reached \(ldap:\/\/127\.0\.0\.1:1.*ECONNREFUSED/,
    ],
    ['a base that is not there', () => ({ base: `ou=nowhere,${BASE}` }), /there is no entry ou=nowhere/],
    ['a wrong password of bind_dn', () => ({ ...search(), bind_password: 'wrong' }), /does not take bind_dn cn=reader.* with its password/],
    ['a filter that is none', () => ({ ...search(), filter: '(((' }), /the search for \(\(\( below dc=example,dc=org fails/],
    ['a certificate that nobody knows', () => ({ uri: slapd.secureUrl }), /cannot be reached \(ldaps:.*certificate/],
    ['StartTLS to somebody unknown', () => ({ start_tls: true }), /by start_tls: .*certificate/],
  ];
  for (const [what, config, told] of wrongSettings) {
    it(`says loudly at the start what is wrong: ${what}`, async () => {
      const given = { uri: slapd.url, base: `ou=people,${BASE}`, ...config() };
      const loaded = await load([entry({ module: MODULE, config: given })], resolve('.'));
      await loaded.modules.idle();
      const errors = loaded.lines.filter(([level]) => level === 'error').map(([, , text]) => text);
      expect(errors).to.have.length(1);
      expect(errors[0])
        .to.match(/^LOGINS BY LDAP DO NOT WORK, OR CANNOT BE CHECKED: /)
        .and.match(told);
      if (what.startsWith('a base')) return;
      loaded.lines.length = 0;
      expect(await loaded.ask('auth_checkers', 'm.login.password', 'alice', { password: 'pass' })).to.equal(undefined);
      const [decision] = loaded.decisions;
      expect(decision).to.include({ outcome: 'failed', callback: 'auth_checkers' });
      expect(loaded.lines.map(([, , text]) => text).join('\n')).to.match(/a login by LDAP failed, which is not for a wrong password: /);
      await loaded.modules.dispose();
    });
  }

  it('says at the start that all is well', async () => {
    const loaded = await load([entry({ module: MODULE, config: { uri: slapd.url, ...search() } })], resolve('.'));
    await loaded.modules.idle();
    expect(loaded.lines.map(([level, , text]) => [level, text])).to.deep.equal([['info', 'the LDAP directory is there and the settings fit it']]);
    await loaded.modules.dispose();
  });

  it('refuses settings that do not fit together', async () => {
    const base = { uri: 'ldap://localhost', base: BASE };
    for (const [key, config] of [
      ['uri', { ...base, uri: 'localhost' }],
      ['start_tls', { ...base, uri: 'ldaps://localhost', start_tls: true }],
      ['filter', { ...base, filter: '(a=b)' }],
      ['bind_dn', { ...base, bind_dn: 'cn=x', bind_password: 'x' }],
      ['bind_dn', { ...base, mode: 'search', bind_dn: 'cn=x' }],
      ['bind_password_file', { ...base, bind_password_file: '/nowhere/password' }],
    ] as const) {
      const error = await boot({ modules: [{ module: MODULE, config }] }).catch((reason: unknown) => reason);
      expect(String(error)).to.contain(`modules[0].config.${key}: `);
    }
  });
});
