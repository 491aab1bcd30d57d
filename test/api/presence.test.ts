import { expect } from 'chai';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot, expectError, TestUser, type SyncReply, type TestServer } from '../../src/testing/index.ts';

interface PresenceEvent {
  readonly type: string;
  readonly sender: string;
  readonly content: Readonly<Record<string, unknown>>;
}

const SECOND = 1_000;
const MINUTE = 60_000;

const path = (user: TestUser): string => `/_matrix/client/v3/presence/${encodeURIComponent(user.userId)}/status`;
const presenceIn = (reply: SyncReply): readonly PresenceEvent[] => (reply['presence'] as { events: PresenceEvent[] } | undefined)?.events ?? [];
const of = (reply: SyncReply, user: TestUser): PresenceEvent['content'] | undefined =>
  presenceIn(reply).find(({ sender }) => sender === user.userId)?.content;

describe('presence', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let carol: TestUser;
  let room: string;
  const start = async (config: Record<string, unknown> = {}, database?: string): Promise<void> => {
    server = await boot({ clock: 'fake', config, ...(database !== undefined && { database }) });
    [alice, bob, carol] = [await server.user('alice'), await server.user('bob'), await server.user('carol')];
    room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
  };
  beforeEach(() => start());
  afterEach(() => server.close());

  const get = (viewer: TestUser, user: TestUser): Promise<Record<string, unknown>> => viewer.request('GET', path(user));
  const put = (user: TestUser, presence: string, statusMsg?: string): Promise<unknown> =>
    user.request('PUT', path(user), { presence, ...(statusMsg !== undefined && { status_msg: statusMsg }) });
  /** Syncs without being seen. */
  const watch = (user: TestUser, since?: string): Promise<SyncReply> =>
    user.sync({ set_presence: 'offline', ...(since !== undefined && { since }), timeout: '0' });

  it('is offline for those who were never seen, and online for those who sync', async () => {
    expect(await get(bob, alice)).to.deep.equal({ presence: 'offline' });
    await alice.sync({ timeout: '0' });
    expect(await get(bob, alice)).to.deep.equal({ presence: 'online', last_active_ago: 0, currently_active: true });
    await alice.sync({ timeout: '0', set_presence: 'unavailable' });
    expect(await get(bob, alice)).to.deep.equal({ presence: 'unavailable', last_active_ago: 0 });
  });

  it('leaves those offline who do not want to be seen', async () => {
    await alice.sync({ timeout: '0', set_presence: 'offline' });
    expect(await get(bob, alice)).to.deep.equal({ presence: 'offline' });
  });

  it('is set by its user alone, with a status that outlives them', async () => {
    await put(alice, 'online', 'making tea');
    expect(await get(alice, alice)).to.include({ presence: 'online', status_msg: 'making tea' });
    await put(alice, 'offline', 'asleep');
    expect(await get(bob, alice)).to.deep.equal({ presence: 'offline', last_active_ago: 0, status_msg: 'asleep' });
    await put(alice, 'unavailable');
    expect(await get(bob, alice)).to.deep.equal({ presence: 'unavailable', last_active_ago: 0 });
    await expectError(bob.request('PUT', path(alice), { presence: 'offline' }), 403, 'M_FORBIDDEN');
    await expectError(alice.request('PUT', path(alice), { presence: 'busy' }), 400, 'M_BAD_JSON');
    await expectError(alice.request('PUT', path(alice), { status_msg: 'x' }), 400, 'M_BAD_JSON');
    await expectError(put(alice, 'online', 'x'.repeat(2_049)), 400, 'M_INVALID_PARAM');
  });

  it('is shown to those only who share a room', async () => {
    await expectError(get(carol, alice), 403, 'M_FORBIDDEN');
    const since = (await watch(carol)).next_batch;
    await put(alice, 'online');
    expect(presenceIn(await watch(carol, since))).to.deep.equal([]);
    expect(presenceIn(await watch(carol))).to.deep.equal([]);
    await carol.join(room);
    expect(of(await watch(carol, since), alice)).to.include({ presence: 'online' });
    expect(await get(carol, alice)).to.include({ presence: 'online' });
  });

  it('tells the members of a room of whoever joins it, also if the joiner does not sync again', async () => {
    await put(carol, 'online');
    const { next_batch: before } = await watch(bob);
    await carol.join(room);
    const news = await watch(bob, before);
    expect(of(news, carol)).to.include({ presence: 'online' });
    expect(presenceIn(await watch(bob, news.next_batch))).to.deep.equal([]);
  });

  it('comes with the first sync for those who are not offline, and later when it changes', async () => {
    await put(alice, 'online', 'hello');
    const first = await watch(bob);
    expect(presenceIn(first)).to.deep.equal([
      {
        type: 'm.presence',
        sender: alice.userId,
        content: { presence: 'online', last_active_ago: 0, status_msg: 'hello', currently_active: true },
      },
    ]);
    expect(presenceIn(await watch(bob, first.next_batch))).to.deep.equal([]);
    await put(alice, 'unavailable');
    const second = await watch(bob, first.next_batch);
    expect(of(second, alice)).to.deep.equal({ presence: 'unavailable', last_active_ago: 0 });
    await put(alice, 'offline');
    expect(of(await watch(bob, second.next_batch), alice)).to.deep.equal({ presence: 'offline', last_active_ago: 0 });
    expect(presenceIn(await watch(bob))).to.deep.equal([]);
  });

  it('wakes those who wait', async () => {
    const { next_batch: since } = await watch(bob);
    const waiting = bob.sync({ since, set_presence: 'offline', timeout: '30000' });
    await get(bob, alice);
    await put(alice, 'online');
    expect(of(await waiting, alice)).to.include({ presence: 'online' });
  });

  it('fades: not active after a minute, idle after five, offline half a minute after the last sync', async () => {
    const { next_batch: since } = await alice.sync({ timeout: '0' });
    const waiting = alice.sync({ since, timeout: String(10 * MINUTE), filter: '{"presence":{"types":[]}}' });
    await get(bob, alice);
    await server.advance(MINUTE - 1);
    expect(await get(bob, alice)).to.include({ presence: 'online', currently_active: true });
    await server.advance(1);
    expect(await get(bob, alice)).to.include({ presence: 'online', currently_active: false });
    await server.advance(4 * MINUTE);
    expect(await get(bob, alice)).to.deep.equal({ presence: 'unavailable', last_active_ago: 5 * MINUTE });

    await alice.send(room, 'back again');
    expect(await get(bob, alice)).to.deep.equal({ presence: 'online', last_active_ago: 0, currently_active: true });
    await waiting;
    await server.advance(29 * SECOND);
    expect(await get(bob, alice)).to.include({ presence: 'online' });
    const before = await watch(bob);
    await server.advance(2 * SECOND);
    await server.idle();
    expect(of(await watch(bob, before.next_batch), alice)).to.include({ presence: 'offline' });
    expect(await get(bob, alice)).to.deep.equal({ presence: 'offline', last_active_ago: 31 * SECOND });
  });

  it('does not tell of ignored users', async () => {
    await put(alice, 'online');
    await bob.request('PUT', `/_matrix/client/v3/user/${encodeURIComponent(bob.userId)}/account_data/m.ignored_user_list`, {
      ignored_users: { [alice.userId]: {} },
    });
    expect(presenceIn(await watch(bob))).to.deep.equal([]);
  });

  it('obeys the filter', async () => {
    await put(alice, 'online');
    const filter = JSON.stringify({ presence: { not_senders: [alice.userId] } });
    expect(presenceIn(await bob.sync({ filter, set_presence: 'offline' }))).to.deep.equal([]);
  });

  it('outlives the server, and who does not come back goes offline', async () => {
    await server.close();
    const database = join(mkdtempSync(join(tmpdir(), 'plexus-presence-')), 'plexus.db');
    await start({}, database);
    await put(alice, 'online', 'hello');
    await server.idle();
    const { next_batch: since } = await watch(bob);
    await server.close();
    server = await boot({ clock: 'fake', database });
    const { url } = server;
    const again = ({ userId, deviceId, accessToken }: TestUser): TestUser => new TestUser({ url, userId, deviceId, accessToken });
    [alice, bob] = [again(alice), again(bob)];
    expect(await get(bob, alice)).to.include({ presence: 'online', status_msg: 'hello' });
    await server.advance(30 * SECOND);
    await server.idle();
    expect(of(await watch(bob, since), alice)).to.deep.equal({ presence: 'offline', last_active_ago: 30 * SECOND, status_msg: 'hello' });
  });

  it('is not kept where it is turned off', async () => {
    await server.close();
    await start({ presence: { enabled: false } });
    await put(alice, 'online', 'hello');
    await alice.sync({ timeout: '0' });
    expect(await get(bob, alice)).to.deep.equal({ presence: 'offline' });
    expect(presenceIn(await watch(bob))).to.deep.equal([]);
  });
});
