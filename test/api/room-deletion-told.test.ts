import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rows } from '../../src/kernel/work.ts';
import { SqliteDatabase } from '../../src/store/drivers/sqlite.ts';
import { boot, type TestServer } from '../../src/testing/index.ts';
import { TestUser, type Json, type SyncReply } from '../../src/testing/test-user.ts';
import { moduleWith } from '../modules/module-with.ts';
import { v3 } from './v3.ts';

const DAY = 24 * 3_600_000;

describe('what clients are told of a deleted room', () => {
  let folder: string;
  let server: TestServer;
  let admin: TestUser, alice: TestUser, bob: TestUser, carol: TestUser;
  let room: string;
  let mayLeave: (userId: string | undefined) => boolean;

  const module = moduleWith((api) => {
    api.registerThirdPartyRulesCallbacks({ check_event_allowed: (event) => event.membership !== 'leave' || mayLeave(event.stateKey) });
  });
  const start = (): Promise<TestServer> => boot({ clock: 'fake', database: join(folder, 'plexus.db'), modules: [{ module }], port: 'none' });
  beforeEach(async () => {
    mayLeave = () => true;
    folder = mkdtempSync(join(tmpdir(), 'plexus-deleted-room-'));
    server = await start();
    admin = await server.user('admin', { admin: true });
    [alice, bob, carol] = [await server.register('alice'), await server.register('bob'), await server.register('carol')];
    room = await alice.createRoom({ preset: 'public_chat', invite: [carol.userId], topic: 'cake' });
    await bob.join(room);
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  async function purge(more: Json = {}): Promise<void> {
    await admin.request('DELETE', `/_synapse/admin/v2/rooms/${encodeURIComponent(room)}`, more);
    await server.idle();
  }
  /** The user with the same device, at the server that runs now. */
  const again = ({ userId, deviceId, accessToken }: TestUser): TestUser =>
    TestUser.ofSession(server.fetch, { user_id: userId, device_id: deviceId, access_token: accessToken });
  const leftIn = (reply: SyncReply): Json => ((reply['rooms'] ?? {}) as { leave?: Json }).leave ?? {};
  const departureOf = (user: TestUser): Json => ({
    type: 'm.room.member',
    state_key: user.userId,
    sender: user.userId,
    content: { membership: 'leave' },
  });
  function expectDeparture(user: TestUser, reply: SyncReply): void {
    const { timeline, ...rest } = leftIn(reply)[room] as { timeline: { events: Json[]; limited: boolean } };
    expect(rest).to.deep.equal({ state: { events: [] }, account_data: { events: [] } });
    expect(timeline.limited).to.equal(false);
    expect(timeline.events).to.have.length(1);
    expect(timeline.events[0]).to.deep.include(departureOf(user));
    expect(timeline.events[0]?.['event_id']).to.match(/^\$/);
    expect(JSON.stringify(reply)).to.not.include('cake');
  }
  async function remembered(): Promise<readonly string[]> {
    const database = new SqliteDatabase(join(folder, 'plexus.db'));
    const found = await database.read(() => rows<{ user: string }>('select user_id as "user" from purged_memberships order by user_id'));
    await database.close();
    return found.map(({ user }) => user);
  }

  it('is that they are not in it, also where they were away, and after a restart', async () => {
    const away = await Promise.all([alice, bob, carol].map(async (user) => [user, (await user.sync()).next_batch] as const));
    await purge();
    for (const [user, since] of away) expectDeparture(user, await user.sync({ since }));
    await server.close();
    server = await start();
    for (const [user, since] of away) {
      const reply = await again(user).sync({ since });
      expectDeparture(user, reply);
      expect(leftIn(await again(user).sync({ since: reply.next_batch }))).to.deep.equal({});
    }
    const filter = JSON.stringify({ room: { include_leave: true } });
    expect(leftIn(await again(alice).sync({ filter })), 'in an initial sync there is nothing to tell of it').to.deep.equal({});
  });

  it('is told also to those whom nobody could make leave', async () => {
    mayLeave = (userId) => userId !== bob.userId;
    const { next_batch: since } = await bob.sync();
    const waiting = bob.sync({ since, timeout: '60000' });
    await purge({ force_purge: true });
    const first = await waiting;
    const reply = leftIn(first)[room] === undefined ? await bob.sync({ since: first.next_batch }) : first;
    expectDeparture(bob, reply);
    expect(await bob.request('GET', v3('joined_rooms'))).to.deep.equal({ joined_rooms: [] });
    const { rooms } = await bob.sync();
    expect(rooms).to.equal(undefined);
  });

  it('is forgotten once all of their devices can have heard of it', async () => {
    const other = await server.login({ user: 'alice', password: 'secret' });
    const { next_batch: since } = await other.sync();
    await server.advance(60_000);
    await purge();
    expect(await remembered()).to.deep.equal([alice, bob, carol].map(({ userId }) => userId));
    await server.advance(8 * DAY);
    for (const user of [alice, carol]) await user.sync();
    await server.advance(60_000);
    await server.idle();
    expect(await remembered(), 'the other device of alice, and bob, were not seen since').to.deep.equal([alice.userId, bob.userId]);
    expectDeparture(alice, await other.sync({ since }));
    await server.advance(60_000);
    expect(await remembered()).to.deep.equal([bob.userId]);
    const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'bob' }, password: 'secret' };
    await bob.request('POST', v3('account', 'deactivate'), { auth });
    expect(await remembered()).to.deep.equal([]);
  });
});
