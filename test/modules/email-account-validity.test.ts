import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModuleApi } from 'plexus/module';
import { boot, expectError, TestUser, type TestServer } from 'plexus/testing';
import { openMailbox, type Mailbox } from '../../test/support/mailbox.ts';

const HOUR = 3_600_000;
const STEP = HOUR / 2;
const PATH = '/_synapse/client/email_account_validity';
const ADDRESS = 'alice@example.org';

describe('plexus:email-account-validity', () => {
  let mailbox: Mailbox, folder: string;
  let server: TestServer, api: ModuleApi;
  let admin: TestUser, alice: TestUser;

  const MODULE = { module: 'plexus:email-account-validity', config: { period: '24h', renew_at: ['6h', '1h'] } };
  const start = async (module: object = MODULE): Promise<void> => {
    class Hands {
      constructor(_config: unknown, given: ModuleApi) {
        api = given;
      }
    }
    const mail = { host: '127.0.0.1', port: mailbox.port, security: 'none', from: 'localhost <noreply@localhost>' };
    const config = { mail, public_baseurl: 'https://matrix.example.org/', outgoing: { allow_addresses: ['127.0.0.0/8'] } };
    server = await boot({ clock: 'fake', database: join(folder, 'plexus.db'), config, modules: [{ module: Hands, name: 'hands' }, module] });
  };
  const restart = async (module?: object): Promise<void> => {
    await server.close();
    await start(module);
  };
  /** In steps, as mails go out in real time. */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= STEP) {
      await server.advance(Math.min(left, STEP));
      await server.idle();
    }
  };
  const logIn = async (userId: string): Promise<TestUser> => {
    const { deviceId, accessToken } = await api.registerDevice(userId);
    return new TestUser({ url: server.url, userId, deviceId, accessToken } as ConstructorParameters<typeof TestUser>[0]);
  };
  const onNewServer = ({ userId, deviceId, accessToken }: TestUser): TestUser => new TestUser({ url: server.url, userId, deviceId, accessToken });
  const expired = (user: TestUser): Promise<unknown> => expectError(user.createRoom(), 403, 'ORG_MATRIX_EXPIRED_ACCOUNT');

  /** Opens a link of a mail as a browser does. */
  const open = async (link: string, method = 'GET'): Promise<{ status: number; text: string; headers: Headers }> => {
    const { pathname, search } = new URL(link);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const reply = await fetch(`${server.url}${pathname}${search}`, { method, ...(method === 'POST' && { headers: form, body: '' }) });
    return { status: reply.status, text: await reply.text(), headers: reply.headers };
  };
  const press = (link: string): ReturnType<typeof open> => open(link, 'POST');

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plexus-validity-'));
    mailbox = await openMailbox();
    await start();
    admin = await server.user('root', { admin: true });
    alice = await logIn(await api.registerUser('alice', 'Alice <3', [ADDRESS]));
  });
  afterEach(async () => {
    await server.close();
    await mailbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('lets an account expire after the period, but no administrator', async () => {
    await pass(24 * HOUR - 1);
    await alice.createRoom();
    await pass(1);
    await expired(alice);
    await admin.createRoom();
  });

  it('sends a mail before the expiry, and again, to those who have an address', async () => {
    await server.user('bob');
    await pass(17 * HOUR);
    expect(mailbox.mails).to.have.length(0);
    await pass(2 * HOUR);
    expect(mailbox.mails.map(({ to }) => to)).to.deep.equal([[ADDRESS]]);
    const [mail] = mailbox.mails;
    expect(mail?.headers['subject']).to.equal('Renew your account on localhost');
    expect(mail?.text).to.contain('Hello Alice <3,').and.contain('Hello Alice &lt;3,').and.contain('Fri, 02 Jan 2026 00:00:00 GMT');
    await pass(4 * HOUR + HOUR / 2);
    expect(mailbox.mails).to.have.length(2);
    await pass(24 * HOUR);
    expect(mailbox.mails).to.have.length(2);
  });

  it('renews by the button of the page, not by opening the link', async () => {
    await pass(19 * HOUR);
    const link = mailbox.link();
    expect(link).to.match(/^https:\/\/matrix\.example\.org\/_synapse\/client\/email_account_validity\/renew\?token=[\w-]{43}$/);
    const page = await open(link);
    expect(page.status).to.equal(200);
    expect(page.text).to.contain('<form method="post">').and.contain(alice.userId);
    expect(page.headers.get('content-security-policy')).to.contain("default-src 'none'");
    await pass(5 * HOUR);
    await expired(alice);
    expect((await press(link)).text)
      .to.contain('Your account is renewed')
      .and.contain('Sat, 03 Jan 2026 00:00:00 GMT');
    await alice.createRoom();
    await pass(24 * HOUR);
    await expired(alice);
  });

  it('takes each link once, and none that was sent before the renewal', async () => {
    await pass(19 * HOUR);
    const first = mailbox.link();
    await pass(4.5 * HOUR);
    const second = mailbox.link();
    expect(second).to.not.equal(first);
    expect((await press(first)).text).to.contain('Your account is renewed');
    await pass(HOUR);
    for (const link of [first, second]) {
      expect((await open(link)).text)
        .to.contain('renewed already')
        .and.not.contain('<form');
      expect((await press(link)).text)
        .to.contain('renewed already')
        .and.contain('Fri, 02 Jan 2026 23:30:00 GMT');
    }
    await pass(23 * HOUR);
    await expired(alice);
  });

  it('knows no other links', async () => {
    for (const query of ['', '?token=', '?token=wrong', '?token=a&token=b']) {
      for (const method of ['GET', 'POST']) {
        const page = await open(`http://localhost${PATH}/renew${query}`, method);
        expect(page.status).to.equal(404);
        expect(page.text).to.contain('This link is not valid');
      }
    }
  });

  it('reminds anew in every period', async () => {
    await pass(19 * HOUR);
    await press(mailbox.link());
    await pass(17 * HOUR);
    expect(mailbox.mails).to.have.length(1);
    await pass(2 * HOUR);
    expect(mailbox.mails).to.have.length(2);
  });

  it('goes on after a restart: with the expiry, the links and the mails that were sent', async () => {
    await pass(19 * HOUR);
    const link = mailbox.link();
    await restart();
    alice = onNewServer(alice);
    await pass(19 * HOUR);
    expect(mailbox.mails).to.have.length(1);
    await pass(5 * HOUR);
    expect(mailbox.mails).to.have.length(2);
    await expired(alice);
    expect((await press(link)).text).to.contain('Your account is renewed');
    await restart();
    alice = onNewServer(alice);
    await pass(24 * HOUR);
    await alice.createRoom();
  });

  it('sends one mail for all that were due while the server did not run', async () => {
    await restart({ ...MODULE, config: { period: '24h', renew_at: ['23h', '22h', '21h'] } });
    await onNewServer(admin).request('POST', `${PATH}/admin`, {
      user_id: alice.userId,
      expiration_ts: server.clock.now() + 2 * HOUR,
    });
    await pass(HOUR);
    expect(mailbox.mails).to.have.length(1);
  });

  it('sends a mail to users who ask for it, also expired ones, but not too often', async () => {
    await pass(30 * HOUR);
    const sent = mailbox.mails.length;
    expect(await alice.request('POST', `${PATH}/send_mail`)).to.deep.equal({});
    await server.idle();
    expect(mailbox.mails).to.have.length(sent + 1);
    expect(mailbox.mails.at(-1)?.text).to.contain('has expired');
    const refused = await expectError(alice.request('POST', `${PATH}/send_mail`), 429, 'M_LIMIT_EXCEEDED');
    expect(refused.body['retry_after_ms']).to.equal(300_000);
    await pass(300_000);
    await alice.request('POST', `${PATH}/send_mail`);
    await server.idle();
    await press(mailbox.link());
    await alice.createRoom();
    const bob = await server.user('bob');
    await expectError(bob.request('POST', `${PATH}/send_mail`), 400, 'M_THREEPID_NOT_FOUND');
    await expectError(server.request('POST', `${PATH}/send_mail`), 401, 'M_MISSING_TOKEN');
  });

  it('lets administrators set an expiry, and spare a user the mails', async () => {
    const set = (body: object): Promise<unknown> => admin.request('POST', `${PATH}/admin`, { user_id: alice.userId, ...body });
    await pass(19 * HOUR);
    const link = mailbox.link();
    const now = server.clock.now();
    expect(await set({ expiration_ts: now })).to.deep.equal({ expiration_ts: now });
    await expired(alice);
    expect((await press(link)).status).to.equal(404);
    await expired(alice);
    expect(await set({ enable_renewal_emails: false })).to.deep.equal({ expiration_ts: now + 24 * HOUR });
    await alice.createRoom();
    const sent = mailbox.mails.length;
    await pass(24 * HOUR);
    await expired(alice);
    expect(mailbox.mails).to.have.length(sent);
  });

  it('takes orders from administrators only, and in the right form', async () => {
    const set = (body: object): Promise<unknown> => admin.request('POST', `${PATH}/admin`, body);
    await expectError(alice.request('POST', `${PATH}/admin`, { user_id: alice.userId }), 403, 'M_FORBIDDEN');
    await expectError(server.request('POST', `${PATH}/admin`, { user_id: alice.userId }), 401, 'M_MISSING_TOKEN');
    await expectError(set({}), 400, 'M_MISSING_PARAM');
    for (const expiration of ['soon', -1, 1.5, 1e17]) {
      await expectError(set({ user_id: alice.userId, expiration_ts: expiration }), 400);
    }
    await expectError(set({ user_id: alice.userId, enable_renewal_emails: 'no' }), 400, 'M_INVALID_PARAM');
    await expectError(set({ user_id: '@none:localhost' }), 404, 'M_NOT_FOUND');
  });

  it('sends no mails of its own accord where links are not to be sent', async () => {
    await restart({ ...MODULE, config: { ...MODULE.config, send_links: false } });
    await pass(30 * HOUR);
    expect(mailbox.mails).to.have.length(0);
  });

  it('uses the templates of the administrator before its own', async () => {
    writeFileSync(join(folder, 'mail.txt'), 'Mine for {{ user_id }}: {{ url }}');
    await restart({ ...MODULE, config: { ...MODULE.config, templates: folder, subject: 'Still there?' } });
    await pass(19 * HOUR);
    expect(mailbox.mails.at(-1)?.headers['subject']).to.equal('Still there?');
    expect(mailbox.mails.at(-1)?.text).to.contain(`Mine for ${alice.userId}`);
    expect((await open(mailbox.link())).status).to.equal(200);
  });

  it('refuses a configuration that makes no sense', async () => {
    const modules = (config: object): object => ({ modules: [{ module: 'plexus:email-account-validity', config }] });
    const problem = async (config: object, server = {}): Promise<string> =>
      boot({ ...modules(config), config: server }).then(
        () => 'none',
        (reason: unknown) => String(reason),
      );
    const reachable = { public_baseurl: 'https://matrix.example.org/' };
    expect(await problem({ period: '30d' })).to.match(/public_baseurl/);
    expect(await problem({}, reachable)).to.match(/modules\[0\]\.config.*period/);
    expect(await problem({ period: 'long' }, reachable)).to.match(/modules\[0\]\.config\.period: /);
    expect(await problem({ period: '30d', renew_at: ['40d'] }, reachable)).to.match(/modules\[0\]\.config\.renew_at\[0\]: /);
  });
});
