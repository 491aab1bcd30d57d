import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { filtered, inRoom, syncer, type RoomOfReply } from './sync-reply.ts';

describe('GET /sync: unread counts', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let room: string;
  before(async () => {
    server = await boot();
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());
  beforeEach(async () => {
    room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
  });

  const BY_THREAD = filtered({ room: { timeline: { unread_thread_notifications: true } } });
  const counted = (notifications: number, highlights: number): object => ({ notification_count: notifications, highlight_count: highlights });
  const mention = (user: TestUser): Record<string, unknown> => ({ msgtype: 'm.text', body: 'you', 'm.mentions': { user_ids: [user.userId] } });
  const inThread = (root: string, body: string): Record<string, unknown> => ({ body, 'm.relates_to': { rel_type: 'm.thread', event_id: root } });
  const read = (type: string, eventId: string, threadId?: string): Promise<unknown> =>
    bob.request('POST', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/receipt/${type}/${encodeURIComponent(eventId)}`, {
      ...(threadId !== undefined && { thread_id: threadId }),
    });
  const told = async (query: Readonly<Record<string, string>> = {}): Promise<RoomOfReply> => inRoom(await bob.sync(query), room);

  it('counts what others say after the user joined, and highlights', async () => {
    expect((await told()).unread).to.deep.equal(counted(0, 0));
    await alice.send(room, 'one');
    await alice.send(room, mention(bob));
    await alice.setState(room, 'm.room.topic', { topic: 'no notification' });
    expect((await told()).unread).to.deep.equal(counted(2, 1));
  });

  it('takes for read what came before a message of the user, in the same thread', async () => {
    const root = await alice.send(room, 'one');
    await alice.send(room, inThread(root, 'two'));
    await bob.send(room, 'my own');
    expect((await told()).unread).to.deep.equal(counted(1, 0));
    await bob.send(room, inThread(root, 'my own'));
    expect((await told()).unread).to.deep.equal(counted(0, 0));
    await alice.send(room, 'three');
    expect((await told()).unread).to.deep.equal(counted(1, 0));
  });

  it('keeps the count of a room that stood still while others went on, and goes on from it', async () => {
    await alice.send(room, mention(bob));
    expect((await told()).unread).to.deep.equal(counted(1, 1));
    const other = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(other);
    await alice.send(other, 'elsewhere');
    expect((await told()).unread).to.deep.equal(counted(1, 1));
    await alice.request(
      'PUT',
      `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/redact/${encodeURIComponent(await alice.send(room, 'two'))}/t`,
      {},
    );
    await alice.send(room, 'three');
    expect((await told()).unread).to.deep.equal(counted(2, 1));
    expect(inRoom(await bob.sync(), other).unread).to.deep.equal(counted(1, 0));
  });

  it('brings the new count together with the event', async () => {
    const next = syncer(bob);
    await next();
    for (const expected of [1, 2]) {
      await alice.send(room, 'more');
      const reply = inRoom(await next(), room);
      expect([reply.timeline.events.length, reply.unread]).to.deep.equal([1, counted(expected, 0)]);
    }
  });

  for (const type of ['m.read', 'm.read.private']) {
    it(`counts from the ${type} receipt on, and tells the count when it moves`, async () => {
      const events = [];
      for (const text of ['one', 'two', 'three']) events.push(await alice.send(room, text));
      const next = syncer(bob);
      await next();
      await read(type, events[1] ?? '');
      expect(inRoom(await next(), room).unread).to.deep.equal(counted(1, 0));
      await read(type, events[2] ?? '');
      expect(inRoom(await next(), room).unread).to.deep.equal(counted(0, 0));
    });
  }

  it('takes the further of the public and the private receipt', async () => {
    const [one, two] = [await alice.send(room, 'one'), await alice.send(room, 'two')];
    await read('m.read.private', two);
    await read('m.read', one);
    expect((await told()).unread).to.deep.equal(counted(0, 0));
  });

  it('counts threads apart where the client asks for it', async () => {
    const root = await alice.send(room, 'root');
    await alice.send(room, inThread(root, 'first'));
    const second = await alice.send(room, inThread(root, 'second'));
    await alice.sendEvent(room, 'm.room.message', { body: 'reply', 'm.relates_to': { rel_type: 'org.example', event_id: second } });
    expect((await told()).unread).to.deep.equal(counted(4, 0));
    const apart = await told(BY_THREAD);
    expect([apart.unread, apart.unreadThreads]).to.deep.equal([counted(1, 0), { [root]: counted(3, 0) }]);
    await read('m.read', second, root);
    const afterwards = await told(BY_THREAD);
    expect([afterwards.unread, afterwards.unreadThreads]).to.deep.equal([counted(1, 0), { [root]: counted(1, 0) }]);
    await read('m.read', root, 'main');
    expect((await told(BY_THREAD)).unread).to.deep.equal(counted(0, 0));
  });

  it('counts a redacted message no more', async () => {
    const eventId = await alice.send(room, 'oops');
    const next = syncer(bob);
    expect(inRoom(await next(), room).unread).to.deep.equal(counted(1, 0));
    await alice.request('PUT', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/redact/${encodeURIComponent(eventId)}/r`, {});
    expect(inRoom(await next(), room).unread).to.deep.equal(counted(0, 0));
  });

  it('heeds the rules of the user', async () => {
    await alice.send(room, 'one');
    await bob.request('PUT', `/_matrix/client/v3/pushrules/global/room/${encodeURIComponent(room)}`, { actions: [] });
    expect((await told()).unread).to.deep.equal(counted(0, 0));
    await bob.request('DELETE', `/_matrix/client/v3/pushrules/global/room/${encodeURIComponent(room)}`);
    expect((await told()).unread).to.deep.equal(counted(1, 0));
  });

  it('does not count what ignored users say', async () => {
    const dave = await server.user('dave');
    await dave.join(room);
    await dave.send(room, 'unheard');
    await alice.send(room, 'heard');
    const path = `/_matrix/client/v3/user/${encodeURIComponent(bob.userId)}/account_data/m.ignored_user_list`;
    await bob.request('PUT', path, { ignored_users: { [dave.userId]: {} } });
    expect((await told()).unread).to.deep.equal(counted(1, 0));
    await bob.request('PUT', path, { ignored_users: {} });
    expect((await told()).unread).to.deep.equal(counted(2, 0));
  });

  it('counts only what came after the user joined', async () => {
    await alice.send(room, 'before');
    const carol = await server.user('carol');
    await carol.join(room);
    await alice.send(room, 'after');
    expect(inRoom(await carol.sync(), room).unread).to.deep.equal(counted(1, 0));
  });

  it('counts the same after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plexus-unread-'));
    try {
      const first = await boot({ database: join(folder, 'plexus.db') });
      const [ann, ben] = [await first.user('ann'), await first.user('ben')];
      const shared = await ann.createRoom({ preset: 'public_chat' });
      await ben.join(shared);
      for (let n = 0; n < 3; n++) await ann.send(shared, `number ${n}`);
      expect(inRoom(await ben.sync(), shared).unread).to.deep.equal(counted(3, 0));
      await first.close();
      const second = await boot({ database: join(folder, 'plexus.db') });
      const response = await fetch(`${second.url}/_matrix/client/v3/sync`, { headers: { authorization: `Bearer ${ben.accessToken}` } });
      expect(inRoom((await response.json()) as Awaited<ReturnType<TestUser['sync']>>, shared).unread).to.deep.equal(counted(3, 0));
      await second.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
