import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { bodies, inRoom, roomsIn, syncer, typesOf } from './sync-reply.ts';

/** Long enough for a request to reach the server and wait there, in turns of the event loop. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('GET /sync: long polls', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let room: string;
  before(async () => {
    server = await boot({ clock: 'fake' });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
    room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
  });
  after(() => server.close());

  const put = (user: TestUser, path: string, body: object): Promise<unknown> => user.request('PUT', `/_matrix/client/v3/${path}`, body);
  const userPath = (user: TestUser): string => `user/${encodeURIComponent(user.userId)}`;
  const roomPath = (): string => `rooms/${encodeURIComponent(room)}`;

  /** What wakes Bob, by what he then hears of. */
  const wakers: readonly { readonly title: string; act(): Promise<unknown>; heard(reply: Awaited<ReturnType<TestUser['sync']>>): boolean }[] = [
    { title: 'a message', act: () => alice.send(room, 'wake up'), heard: (reply) => bodies(inRoom(reply, room).timeline.events).includes('wake up') },
    {
      title: 'a change of state',
      act: () => alice.setState(room, 'm.room.topic', { topic: 'news' }),
      heard: (reply) => typesOf(inRoom(reply, room).timeline.events).includes('m.room.topic'),
    },
    {
      title: 'an invite',
      act: () => alice.createRoom({ invite: [bob.userId] }),
      heard: (reply) => Object.keys(roomsIn(reply, 'invite')).length === 1,
    },
    {
      title: 'account data',
      act: () => put(bob, `${userPath(bob)}/account_data/org.example`, { at: 1 }),
      heard: (reply) => typesOf((reply['account_data'] as { events: { type: string; content: object }[] }).events as never).includes('org.example'),
    },
    {
      title: 'a tag',
      act: () => put(bob, `${userPath(bob)}/${roomPath()}/tags/m.favourite`, {}),
      heard: (reply) => typesOf(inRoom(reply, room).accountData).includes('m.tag'),
    },
    {
      title: 'typing',
      act: () => put(alice, `${roomPath()}/typing/${encodeURIComponent(alice.userId)}`, { typing: true, timeout: 1000 }),
      heard: (reply) => typesOf(inRoom(reply, room).ephemeral).includes('m.typing'),
    },
    {
      title: 'a room of his that another device joins',
      act: async () => bob.join(await alice.createRoom({ preset: 'public_chat' })),
      heard: (reply) => Object.keys(roomsIn(reply, 'join')).length === 1,
    },
  ];

  for (const { title, act, heard } of wakers) {
    it(`is answered by ${title}`, async () => {
      const { next_batch: since } = await bob.sync();
      const waiting = bob.sync({ since, timeout: '30000' });
      await settled();
      await act();
      expect(heard(await waiting)).to.equal(true);
    });
  }

  it('goes on waiting while what happens is not for the user', async () => {
    const { next_batch: since } = await bob.sync();
    const waiting = bob.sync({ since, timeout: '30000' });
    await settled();
    const elsewhere = await alice.createRoom();
    await alice.send(elsewhere, 'not for Bob');
    await settled();
    await server.advance(29_999);
    await alice.send(room, 'for Bob');
    expect(Object.keys(roomsIn(await waiting, 'join'))).to.deep.equal([room]);
  });

  it('is answered with nothing when its time is up', async () => {
    const { next_batch: since } = await bob.sync();
    const waiting = bob.sync({ since, timeout: '30000' });
    await settled();
    await server.advance(30_000);
    const reply = await waiting;
    expect(reply).not.to.have.property('rooms');
    expect(reply.next_batch).to.equal(since);
  });

  it('answers at once without a timeout, and where there is something to tell', async () => {
    const next = syncer(bob, { timeout: '0' });
    await next();
    await next();
    await alice.send(room, 'already there');
    const { next_batch: since } = await next();
    await alice.send(room, 'one more');
    expect(bodies(inRoom(await bob.sync({ since, timeout: '30000' }), room).timeline.events)).to.deep.equal(['one more']);
  });

  it('answers an initial sync at once, though there is nothing', async () => {
    const carol = await server.user('carol');
    expect(await carol.sync({ timeout: '30000' })).to.have.property('next_batch');
  });

  for (const since of ['nonsense', 's', 's-5_1', 's1x']) {
    it(`refuses the token "${since}"`, () => expectError(bob.sync({ since }), 400, 'M_INVALID_PARAM'));
  }

  it('takes a token from the future for one of a database that is gone, and tells everything', async () => {
    const reply = await bob.sync({ since: 's999999_1', timeout: '30000' });
    expect(roomsIn(reply, 'join')).to.have.property(room);
    expect(Number(reply.next_batch.slice(1).split('_')[0])).to.be.lessThan(999_999);
  });
});

describe('GET /sync across a restart', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'plexus-sync-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('goes on from the same token, and ends long polls when the server stops', async () => {
    const database = join(folder, 'plexus.db');
    const first = await boot({ database });
    const alice = await first.user('alice');
    const room = await alice.createRoom();
    await alice.send(room, 'known');
    const { next_batch: since } = await alice.sync();
    const waiting = alice.sync({ since, timeout: '30000' });
    await settled();
    await first.close();
    expect((await waiting).next_batch).to.equal(since);

    const second = await boot({ database });
    try {
      const { accessToken } = alice;
      const request = async (method: string, path: string, body?: object): Promise<Response> =>
        fetch(second.url + path, {
          method,
          headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
          ...(body && { body: JSON.stringify(body) }),
        });
      const read = async (): Promise<Awaited<ReturnType<TestUser['sync']>>> =>
        (await (await request('GET', `/_matrix/client/v3/sync?since=${since}`)).json()) as Awaited<ReturnType<TestUser['sync']>>;
      expect(await read()).not.to.have.property('rooms');
      await request('PUT', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/after`, { body: 'new' });
      expect(bodies(inRoom(await read(), room).timeline.events)).to.deep.equal(['new']);
    } finally {
      await second.close();
    }
  });
});
