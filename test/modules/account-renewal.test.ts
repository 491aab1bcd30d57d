import { expect } from 'chai';
import { MatrixError, type AccountValidityCallbacks } from '../../src/modules/public.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { moduleWith } from './module-with.ts';

const UNSTABLE = '/_matrix/client/unstable/account_validity';
const ADMIN = '/_synapse/admin/v1/account_validity/validity';
const TIME = Date.UTC(2030, 0, 1);

describe('modules by which accounts are renewed', () => {
  let server: TestServer;
  let alice: TestUser, admin: TestUser;
  let told: unknown[];
  const modulesOf = (...callbacks: AccountValidityCallbacks[]): object[] =>
    callbacks.map((each) => ({ module: moduleWith((api) => api.registerAccountValidityCallbacks(each)) }));
  const start = async (...callbacks: AccountValidityCallbacks[]): Promise<void> => {
    told = [];
    server = await boot({ modules: modulesOf(...callbacks) });
    [alice, admin] = [await server.user('alice'), await server.user('root', { admin: true })];
  };
  afterEach(() => server.close());
  const open = async (token: string): Promise<readonly [status: number, text: string]> => {
    const reply = await fetch(`${server.url}${UNSTABLE}/renew?token=${token}`);
    expect(reply.headers.get('content-type')).to.equal('text/html; charset=utf-8');
    return [reply.status, await reply.text()];
  };

  it('send a mail to whoever wants one, also when the account has expired', async () => {
    await start({ is_user_expired: (userId) => userId.startsWith('@alice:'), on_legacy_send_mail: (userId) => void told.push(userId) });
    await expectError(alice.createRoom(), 403, 'ORG_MATRIX_EXPIRED_ACCOUNT');
    expect(await alice.request('POST', `${UNSTABLE}/send_mail`)).to.deep.equal({});
    expect(told).to.deep.equal(['@alice:localhost']);
    await expectError(server.request('POST', `${UNSTABLE}/send_mail`), 401, 'M_MISSING_TOKEN');
  });

  it('may refuse to send one, or fail', async () => {
    await start({
      on_legacy_send_mail(userId) {
        throw userId.startsWith('@alice:') ? new MatrixError(429, 'M_LIMIT_EXCEEDED', 'One a day') : new Error('no mail server');
      },
    });
    await expectError(alice.request('POST', `${UNSTABLE}/send_mail`), 429, 'M_LIMIT_EXCEEDED');
    await expectError(admin.request('POST', `${UNSTABLE}/send_mail`), 500, 'M_UNKNOWN');
  });

  it('renew an account by the link of the mail, and say on a page what came of it', async () => {
    await start({ on_legacy_renew: (token) => (told.push(token), [token === 'good', token === 'old', TIME]) });
    for (const [token, status, text] of [
      ['good', 200, 'Your account is renewed'],
      ['old', 200, 'Your account was renewed before'],
      ['%3Cb%3E', 404, 'This link is not valid'],
    ] as const) {
      const [gotten, page] = await open(token);
      expect([gotten, page.includes(text), page.includes('<b>')], token).to.deep.equal([status, true, false]);
      expect(page.includes('Tue, 01 Jan 2030'), token).to.equal(status === 200);
    }
    expect(told).to.deep.equal(['good', 'old', '<b>']);
    expect((await fetch(`${server.url}${UNSTABLE}/renew`)).status).to.equal(400);
  });

  it('take the word of an administrator', async () => {
    await start({ on_legacy_admin_request: (request) => (told.push(request), TIME) });
    const body = { user_id: alice.userId, expiration_ts: TIME, enable_renewal_emails: false };
    expect(await admin.request('POST', ADMIN, body)).to.deep.equal({ expiration_ts: TIME });
    expect(told).to.deep.equal([body]);
    await expectError(alice.request('POST', ADMIN, body), 403, 'M_FORBIDDEN');
    await expectError(admin.request('POST', ADMIN, {}), 400);
  });

  it('are missed with a word where there are none', async () => {
    await start();
    await expectError(alice.request('POST', `${UNSTABLE}/send_mail`), 403, 'M_FORBIDDEN');
    await expectError(admin.request('POST', ADMIN, { user_id: alice.userId }), 404, 'M_UNRECOGNIZED');
    expect((await open('x'))[0]).to.equal(404);
  });

  it('are one at most: a second one does not start, whenever it comes', async () => {
    const mail: AccountValidityCallbacks = { on_legacy_send_mail: () => undefined };
    await start(mail);
    for (const start of [boot({ modules: modulesOf(mail, mail) }), server.exchangeModules(modulesOf(mail, mail))]) {
      const error = await start.catch((reason: unknown) => reason);
      expect(String(error)).to.match(/modules\[1\].*on_legacy_send_mail belongs to one module only, and .* has it already/);
    }
    expect(await alice.request('POST', `${UNSTABLE}/send_mail`)).to.deep.equal({});
  });
});
