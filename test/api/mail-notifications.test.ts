import { expect } from 'chai';
import type { DeviceId, UserId } from '../../src/core/identifiers.ts';
import { boot, expectError, TestUser, type TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { openMailbox, type Mailbox } from '../support/mailbox.ts';
import { clientOf } from './client.ts';
import { pathOf } from './room-reading.ts';
import { v3 } from './v3.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BASE_URL = 'https://matrix.example.org';
const ADDRESS = 'alice@example.org';

describe('notifications by mail', () => {
  let mailbox: Mailbox;
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let room: string;
  const { post, register } = clientOf(() => server);
  before(async () => (mailbox = await openMailbox()));
  after(() => mailbox.close());
  beforeEach(async () => {
    const mail = { host: '127.0.0.1', port: mailbox.port, security: 'none', from: 'Plexus <noreply@example.org>' };
    server = await boot({ clock: 'fake', config: { public_baseurl: BASE_URL, mail } });
    bob = await server.user('bob');
    alice = await withAddress('alice', ADDRESS);
    await bob.request('PUT', v3('profile', bob.userId, 'displayname'), { displayname: 'Bob' });
    room = await bob.createRoom({ preset: 'public_chat', name: 'Mission Control' });
    await alice.join(room);
    await set();
    await server.idle();
  });
  afterEach(() => server.close());

  async function withAddress(username: string, email: string): Promise<TestUser> {
    const { sid } = await post('/register/email/requestToken', { email, client_secret: username, send_attempt: 1 });
    await server.idle();
    const link = new URL(mailbox.link());
    await fetch(server.url + link.pathname, { method: 'POST', body: link.searchParams });
    mailbox.mails.length = 0;
    const auth = { type: 'm.login.email.identity', threepid_creds: { sid, client_secret: username } };
    const { user_id: userId, device_id: deviceId, access_token: accessToken } = await register(username, { auth });
    return new TestUser({ url: server.url, userId: userId as UserId, deviceId: deviceId as DeviceId, accessToken: String(accessToken) });
  }
  const set = (changes: Json = {}, user = alice): Promise<Json> =>
    user.request('POST', v3('pushers', 'set'), {
      kind: 'email',
      app_id: 'm.email',
      pushkey: ADDRESS,
      app_display_name: 'Mails',
      device_display_name: ADDRESS,
      lang: 'en',
      data: {},
      ...changes,
    });
  const pushersOf = async (user: TestUser): Promise<Json[]> => (await user.request('GET', v3('pushers')))['pushers'] as Json[];
  const pass = async (time: number): Promise<void> => {
    await server.idle();
    await server.advance(time);
    await server.idle();
  };
  const read = (eventId: string): Promise<Json> => alice.request('POST', `${pathOf(room)}/receipt/m.read/${encodeURIComponent(eventId)}`, {});
  /** What came since this was asked last. */
  const mails = (): Mailbox['mails'] => mailbox.mails.splice(0);

  it('tell all that is unread in one mail, after ten minutes, without what was said', async () => {
    await bob.send(room, 'a secret');
    await bob.send(room, 'another');
    const second = await bob.createRoom({ name: 'Ops\nRoom' });
    await bob.invite(second, alice);
    await pass(9 * MINUTE);
    expect(mails()).to.have.length(0);
    await pass(MINUTE);
    const [mail, ...others] = mails();
    expect(others).to.have.length(0);
    expect(mail?.to).to.deep.equal([ADDRESS]);
    expect(mail?.headers['subject']).to.equal('Unread in 2 rooms on localhost');
    expect(mail?.text).to.include('Mission Control: 2 messages from Bob').and.include('Bob invites you to Ops Room').and.not.include('secret');
  });

  it('tell nothing to who is there and reads', async () => {
    const first = await bob.send(room, 'one');
    await pass(5 * MINUTE);
    await read(first);
    const second = await bob.send(room, 'two');
    await pass(6 * MINUTE);
    expect(mails(), 'the second is unread for six minutes').to.have.length(0);
    await read(second);
    await pass(HOUR);
    expect(mails()).to.have.length(0);
  });

  it('tell nothing of what was redacted, of a room that was left, or to who is locked', async () => {
    const eventId = await bob.send(room, 'one');
    await bob.request('PUT', `${pathOf(room)}/redact/${encodeURIComponent(eventId)}/t`, {});
    const second = await bob.createRoom({ preset: 'public_chat' });
    await alice.join(second);
    await bob.send(second, 'two');
    await pass(0);
    await alice.leave(second);
    await pass(HOUR);
    expect(mails()).to.have.length(0);
    await bob.send(room, 'three');
    const admin = await server.user('admin', { admin: true });
    await admin.request('PUT', `/_matrix/client/v1/admin/lock/${encodeURIComponent(alice.userId)}`, { locked: true });
    await pass(HOUR);
    expect(mails()).to.have.length(0);
  });

  it('become rarer as long as nothing is read, and are as they were afterwards', async () => {
    const say = async (text: string): Promise<string> => {
      const eventId = await bob.send(room, text);
      await server.idle();
      return eventId;
    };
    /** Whether a mail comes, in the end, after a time and not before. */
    const comesAfter = async (time: number): Promise<void> => {
      await pass(time - MINUTE);
      expect(mails(), 'too early').to.have.length(0);
      await pass(MINUTE);
      expect(mails(), 'in time').to.have.length(1);
    };
    await say('one');
    await comesAfter(10 * MINUTE);
    await say('two');
    await comesAfter(HOUR);
    for (const hours of [2, 4, 8, 16, 24, 24]) {
      await say('more');
      await comesAfter(hours * HOUR);
    }
    await read(await say('the last'));
    await pass(24 * HOUR);
    expect(mails()).to.have.length(0);
    await say('new');
    await comesAfter(10 * MINUTE);
    await say('newer');
    await comesAfter(HOUR);
  });

  it('stop by the button of the page that each mail leads to, and by that of mail programs', async () => {
    await bob.send(room, 'one');
    await pass(10 * MINUTE);
    const [mail] = mails();
    const link = /https:\S+/.exec(mail?.text ?? '')?.[0] ?? '';
    expect(mail?.headers['list-unsubscribe']).to.equal(`<${link}>`);
    expect(mail?.headers['list-unsubscribe-post']).to.equal('List-Unsubscribe=One-Click');
    const local = link.replace(BASE_URL, server.url);
    const page = await fetch(local);
    expect([page.status, await page.text()].join(' '))
      .to.include('200')
      .and.include(ADDRESS);
    expect(await pushersOf(alice), 'opening it stops nothing').to.have.length(1);
    const pressed = await fetch(local, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
    expect([pressed.status, await pressed.text()].join(' '))
      .to.include('200')
      .and.include('No more mails');
    expect(await pushersOf(alice)).to.deep.equal([]);
    expect((await fetch(local)).status).to.equal(404);
    expect((await fetch(local, { method: 'POST' })).status, 'once done, it stays so').to.equal(200);
    await bob.send(room, 'two');
    await pass(HOUR);
    expect(mails()).to.have.length(0);
  });

  it('go to addresses of the own account only, and end with the address', async () => {
    await expectError(set({ pushkey: 'bob@example.org' }), 400, 'M_THREEPID_NOT_FOUND');
    await expectError(set({}, bob), 400, 'M_THREEPID_NOT_FOUND');
    await expectError(set({ app_id: 'org.example.app' }), 400, 'M_INVALID_PARAM');
    await expectError(set({ kind: 'http', data: { url: 'https://push.example.org/_matrix/push/v1/notify' } }), 400, 'M_INVALID_PARAM');
    await set({ pushkey: 'Alice@Example.ORG', lang: 'de' });
    expect((await pushersOf(alice)).map(({ pushkey, lang }) => [pushkey, lang])).to.deep.equal([[ADDRESS, 'de']]);
    await bob.send(room, 'one');
    await alice.request('POST', v3('account', '3pid', 'delete'), { medium: 'email', address: ADDRESS });
    expect(await pushersOf(alice)).to.deep.equal([]);
    await pass(HOUR);
    expect(
      mails().map(({ text }) => text.split('\r\n')[0]),
      'nothing but the news that it is gone',
    ).to.deep.equal([`The address ${ADDRESS} was removed from ${alice.userId}.`]);
  });

  it('stay when the device logs out that asked for them', async () => {
    await alice.request('POST', v3('logout'));
    await bob.send(room, 'one');
    await pass(10 * MINUTE);
    expect(mails()).to.have.length(1);
  });

  it('are not offered where the server sends no mails', async () => {
    const without = await boot();
    try {
      await expectError(set({}, await without.user('carol')), 400, 'M_INVALID_PARAM');
    } finally {
      await without.close();
    }
  });
});
