import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot, expectError, TestUser, type SyncReply, type TestServer } from '../../src/testing/index.ts';
import { sendToDevice } from '../../src/operations/encryption/send-to-device.ts';
import { shadowBanned } from './shadow-banned.ts';
import { logIn, registerWithPassword } from './encryption-device.ts';

type Json = Record<string, unknown>;
type Messages = Record<string, Record<string, Json>>;

const send = (user: TestUser, txnId: string, messages: Messages, type = 'm.test'): Promise<Json> =>
  user.request('PUT', `/_matrix/client/v3/sendToDevice/${type}/${txnId}`, { messages });
const received = (reply: SyncReply): unknown[] => (reply['to_device'] as { events: unknown[] } | undefined)?.events ?? [];
const next = (user: TestUser, since: string, timeout = 0): Promise<SyncReply> => user.sync({ since, timeout: String(timeout) });

describe('messages to devices', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  beforeEach(async () => {
    server = await boot();
    alice = await registerWithPassword(server, 'alice', 'ALICE1');
    bob = await server.user('bob');
  });
  afterEach(() => server.close());

  it('reach the device that is named, once', async () => {
    const phone = await logIn(server, 'alice', 'ALICE2');
    await send(bob, 't1', { [alice.userId]: { ALICE1: { n: 1 } } });
    const first = await alice.sync();
    expect(received(first)).to.deep.equal([{ sender: bob.userId, type: 'm.test', content: { n: 1 } }]);
    expect(received(await phone.sync())).to.deep.equal([]);
    expect(received(await next(alice, first.next_batch))).to.deep.equal([]);
  });

  it('reach all devices by "*", and one that is named besides only with its own', async () => {
    const phone = await logIn(server, 'alice', 'ALICE2');
    await send(bob, 't1', { [alice.userId]: { '*': { to: 'all' }, ALICE2: { to: 'phone' } } });
    expect(received(await alice.sync())).to.deep.equal([{ sender: bob.userId, type: 'm.test', content: { to: 'all' } }]);
    expect(received(await phone.sync())).to.deep.equal([{ sender: bob.userId, type: 'm.test', content: { to: 'phone' } }]);
  });

  it('come again as long as the client does not show that it has them', async () => {
    const start = await alice.sync();
    await send(bob, 't1', { [alice.userId]: { '*': { n: 1 } } });
    const lost = await next(alice, start.next_batch);
    expect(received(lost)).to.have.length(1);
    expect(received(await next(alice, start.next_batch))).to.have.length(1);
    expect(received(await alice.sync())).to.have.length(1);
    expect(received(await next(alice, lost.next_batch))).to.have.length(0);
    await server.idle();
    expect(received(await alice.sync())).to.have.length(0);
  });

  it('wake a sync that waits', async () => {
    const { next_batch } = await alice.sync();
    const waiting = next(alice, next_batch, 10_000);
    await send(bob, 't1', { [alice.userId]: { '*': {} } });
    expect(received(await waiting)).to.have.length(1);
  });

  it('come in order, a hundred in a reply', async () => {
    const { next_batch } = await alice.sync();
    for (let n = 0; n < 205; n++) await send(bob, `t${n}`, { [alice.userId]: { '*': { n } } });
    const numbers = (reply: SyncReply): number[] => received(reply).map((event) => (event as { content: { n: number } }).content.n);
    const replies = [await next(alice, next_batch)];
    for (let round = 0; round < 3; round++) replies.push(await next(alice, replies.at(-1)!.next_batch));
    expect(replies.map((reply) => numbers(reply).length)).to.deep.equal([100, 100, 5, 0]);
    expect(replies.flatMap(numbers)).to.deep.equal(Array.from({ length: 205 }, (_, n) => n));
    const all = [await alice.sync()];
    expect(numbers(all[0]!)).to.deep.equal([]);
  });

  it('are taken once when the request is repeated', async () => {
    expect(await send(bob, 'same', { [alice.userId]: { '*': { n: 1 } } })).to.deep.equal({});
    expect(await send(bob, 'same', { [alice.userId]: { '*': { n: 1 } } })).to.deep.equal({});
    await send(bob, 'same', { [alice.userId]: { '*': { n: 2 } } }, 'm.other');
    await send(alice, 'same', { [alice.userId]: { '*': { n: 3 } } });
    expect(received(await alice.sync())).to.have.length(3);
  });

  it('to nobody are dropped', async () => {
    const nowhere = { '@nobody:localhost': { '*': {} }, '@eve:elsewhere.example': { A: {} }, [alice.userId]: { NONE: {} } };
    expect(await send(bob, 't1', nowhere)).to.deep.equal({});
    expect(received(await alice.sync())).to.deep.equal([]);
  });

  it('from a shadow-banned user reach their own devices only', async () => {
    const messages = [alice, bob].map(({ userId }) => ({ userId, deviceId: '*' as const, content: { n: 1 } }));
    await server.run(sendToDevice, shadowBanned(bob), { type: 'm.test', txnId: 't1', messages });
    expect(received(await bob.sync())).to.have.length(1);
    expect(received(await alice.sync())).to.deep.equal([]);
  });

  it('are limited in size and number, and have to be objects', async () => {
    await expectError(send(bob, 't1', { [alice.userId]: { '*': { text: 'x'.repeat(66_000) } } }), 413, 'M_TOO_LARGE');
    await expectError(send(bob, 't1', { [alice.userId]: { '*': 'text' as unknown as Json } }), 400, 'M_BAD_JSON');
    const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`D${n}`, {}]));
    await expectError(send(bob, 't1', { [alice.userId]: many }), 400, 'M_INVALID_PARAM');
    await expectError(bob.request('PUT', '/_matrix/client/v3/sendToDevice/m.test/t1', {}), 400, 'M_BAD_JSON');
    expect(received(await alice.sync())).to.deep.equal([]);
  });

  it('do not outlive the device', async () => {
    await logIn(server, 'alice', 'ALICE2').then((phone) => phone.request('POST', '/_matrix/client/v3/logout'));
    await send(bob, 't1', { [alice.userId]: { ALICE2: {} } });
    const phone = await logIn(server, 'alice', 'ALICE2');
    expect(received(await phone.sync())).to.deep.equal([]);
  });
});

describe('an inbox that nobody reads', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let sent: number;
  beforeEach(async () => {
    server = await boot({ config: { inboxes: { max_messages: 100, max_bytes: '100KiB' } }, logLevel: 'warn' });
    alice = await registerWithPassword(server, 'alice', 'ALICE1');
    bob = await server.user('bob');
    sent = 0;
  });
  afterEach(() => server.close());

  const sendMany = async (count: number, text = ''): Promise<void> => {
    for (let n = 0; n < count; n++, sent++) await send(bob, `t${sent}`, { [alice.userId]: { '*': { n: sent, text } } });
  };
  /** The numbers of all messages that come, in as many replies as it takes. */
  async function numbers(user: TestUser): Promise<number[]> {
    const all: number[] = [];
    for (let reply = await user.sync(); received(reply).length > 0; reply = await next(user, reply.next_batch)) {
      all.push(...received(reply).map((event) => (event as { content: { n: number } }).content.n));
    }
    return all;
  }
  /** What the log says meanwhile. */
  async function logged(work: () => Promise<void>): Promise<string> {
    const { write } = process.stdout;
    let text = '';
    process.stdout.write = (chunk: string | Uint8Array): boolean => ((text += String(chunk)), true);
    try {
      await work();
    } finally {
      process.stdout.write = write;
    }
    return text;
  }

  it('drops its oldest messages, a tenth at once, and the log says so', async () => {
    expect(await logged(() => sendMany(100))).to.equal('');
    const log = await logged(() => sendMany(11));
    expect(log.match(/the inbox of a device is full/g)).to.have.length(1);
    expect(log).to.contain('userId=@alice:localhost').and.contain('deviceId=ALICE1').and.contain('dropped=11');
    expect(await numbers(alice)).to.deep.equal(Array.from({ length: 100 }, (_, n) => n + 11));
  });

  it('drops what is too much to store, but never the newest message', async () => {
    await logged(() => sendMany(5, 'x'.repeat(40_000)));
    expect(await numbers(alice)).to.deep.equal([3, 4]);
  });

  it('leaves alone the inboxes of devices that read', async () => {
    const phone = await logIn(server, 'alice', 'ALICE2');
    let { next_batch: since } = await phone.sync();
    const log = await logged(async () => {
      for (let round = 0; round < 5; round++) {
        await sendMany(30);
        const reply = await next(phone, since);
        expect(received(reply)).to.have.length(30);
        since = (await next(phone, reply.next_batch)).next_batch;
        await server.idle();
      }
    });
    expect(log).to.contain('deviceId=ALICE1').and.not.contain('deviceId=ALICE2');
  });
});

describe('messages to devices over a restart', () => {
  it('are neither lost nor told twice', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plexus-'));
    const database = join(folder, 'plexus.db');
    try {
      let server = await boot({ database });
      const before = await server.user('alice');
      await send(before, 't1', { [before.userId]: { '*': { n: 1 } } });
      const first = await before.sync();
      await send(before, 't2', { [before.userId]: { '*': { n: 2 } } });
      await server.close();
      server = await boot({ database });
      const { userId, deviceId, accessToken } = before;
      const alice = new TestUser({ url: server.url, userId, deviceId, accessToken });
      expect(received(await next(alice, first.next_batch))).to.deep.equal([{ sender: alice.userId, type: 'm.test', content: { n: 2 } }]);
      await server.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
