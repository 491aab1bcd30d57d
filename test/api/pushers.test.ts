import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModuleApi } from '../../src/modules/public.ts';
import { boot, expectError, type BootOptions, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { PushGateway } from '../support/push-gateway.ts';
import { pathOf } from './room-reading.ts';

const HOUR = 3_600_000;

describe('pushers', () => {
  const expired = new Set<string>();
  class Validity {
    constructor(_config: unknown, api: ModuleApi) {
      api.registerAccountValidityCallbacks({ is_user_expired: (userId) => expired.has(userId) });
    }
  }
  const options: BootOptions = { clock: 'fake', config: { outgoing: { allow_addresses: ['127.0.0.1'] } }, modules: [{ module: Validity }] };
  let gateway: PushGateway;
  let server: TestServer;
  let alice: TestUser;
  let names = 0;
  before(async () => {
    gateway = await PushGateway.start();
    server = await boot(options);
    alice = await server.user('alice');
  });
  beforeEach(() => {
    gateway.take();
    gateway.answer = PushGateway.accepting;
  });
  after(async () => {
    await server.close();
    await gateway.close();
  });

  const pusher = (changes: Json = {}): Json => ({
    app_id: 'org.example.app',
    pushkey: 'key',
    kind: 'http',
    app_display_name: 'App',
    device_display_name: 'Phone',
    lang: 'en',
    data: { url: gateway.url, custom: 7 },
    ...changes,
  });
  const set = (user: TestUser, changes: Json = {}): Promise<Json> => user.request('POST', '/_matrix/client/v3/pushers/set', pusher(changes));
  const list = async (user: TestUser): Promise<Json[]> => (await user.request('GET', '/_matrix/client/v3/pushers'))['pushers'] as Json[];
  /** Somebody with a pusher, in a room of two with Alice. */
  async function withPusher(changes: Json = {}, room: Json = {}): Promise<{ user: TestUser; room: string }> {
    const user = await server.user(`user${names++}`);
    const roomId = await alice.createRoom({ preset: 'private_chat', ...room });
    await alice.invite(roomId, user);
    await user.join(roomId);
    await set(user, { pushkey: user.userId, ...changes });
    return { user, room: roomId };
  }
  const read = (user: TestUser, room: string, eventId: string): Promise<Json> =>
    user.request('POST', `${pathOf(room)}/receipt/m.read/${encodeURIComponent(eventId)}`, {});

  describe('are kept', () => {
    it('by app and key: made, changed, listed and deleted', async () => {
      const user = await server.user(`user${names++}`);
      expect(await list(user)).to.deep.equal([]);
      expect(await set(user, { profile_tag: 'tag' })).to.deep.equal({});
      expect(await list(user)).to.deep.equal([pusher({ profile_tag: 'tag' })]);
      await set(user, { lang: 'de' });
      await set(user, { pushkey: 'other' });
      expect(await list(user)).to.deep.equal([pusher({ lang: 'de' }), pusher({ pushkey: 'other' })]);
      await set(user, { kind: null });
      expect(await list(user)).to.deep.equal([pusher({ pushkey: 'other' })]);
      await user.request('POST', '/_matrix/client/v3/pushers/set', { kind: null, app_id: 'org.example.app', pushkey: 'nothing' });
    });

    it('for one user of a device, unless it is said that there are more', async () => {
      const [one, other, third] = [await server.user(`user${names++}`), await server.user(`user${names++}`), await server.user(`user${names++}`)];
      const key = { pushkey: 'shared' };
      await set(one, key);
      await set(other, { ...key, append: true });
      expect([await list(one), await list(other)].map(({ length }) => length)).to.deep.equal([1, 1]);
      await set(third, key);
      expect([await list(one), await list(other), await list(third)].map(({ length }) => length)).to.deep.equal([0, 0, 1]);
    });

    it('until their device logs out', async () => {
      const { user, room } = await withPusher();
      expect(await list(user)).to.have.length(1);
      await user.request('POST', '/_matrix/client/v3/logout', {});
      await alice.send(room, 'too late');
      await server.idle();
      expect(gateway.take()).to.deep.equal([]);
    });

    const missing = ['app_display_name', 'device_display_name', 'lang', 'data'];
    for (const key of missing) {
      it(`with all that they need: ${key}`, async () => {
        const { [key]: _left, ...rest } = pusher();
        await expectError(alice.request('POST', '/_matrix/client/v3/pushers/set', rest), 400, 'M_MISSING_PARAM');
      });
    }
    const refused: readonly (readonly [string, Json, string])[] = [
      ['an unknown kind', { kind: 'pigeon' }, 'M_INVALID_PARAM'],
      ['no url', { data: {} }, 'M_MISSING_PARAM'],
      ['another path', { data: { url: 'https://push.example.org/notify' } }, 'M_INVALID_PARAM'],
      ['no https', { data: { url: 'http://push.example.org/_matrix/push/v1/notify' } }, 'M_INVALID_PARAM'],
      ['no https, in another network', { data: { url: 'http://127.0.0.2/_matrix/push/v1/notify' } }, 'M_INVALID_PARAM'],
      ['another protocol', { data: { url: 'file:///_matrix/push/v1/notify' } }, 'M_INVALID_PARAM'],
      ['a long key', { pushkey: 'é'.repeat(257) }, 'M_INVALID_PARAM'],
      ['a long app', { app_id: 'x'.repeat(65) }, 'M_INVALID_PARAM'],
    ];
    for (const [name, changes, errcode] of refused) {
      it(`not with ${name}`, async () => {
        await expectError(set(alice, changes), 400, errcode);
      });
    }
  });

  describe('tell a gateway', () => {
    it('of events, with all that is to be known', async () => {
      const { user, room } = await withPusher({}, { name: 'Mission Control' });
      await server.idle();
      const eventId = await alice.send(room, 'Floating');
      await server.idle();
      await alice.sendEvent(room, 'org.example.silent', {});
      await user.send(room, 'mine');
      await server.idle();
      expect(gateway.take()).to.deep.equal([
        {
          event_id: eventId,
          room_id: room,
          type: 'm.room.message',
          sender: alice.userId,
          content: { msgtype: 'm.text', body: 'Floating' },
          room_name: 'Mission Control',
          prio: 'high',
          counts: { unread: 1 },
          devices: [
            {
              app_id: 'org.example.app',
              pushkey: user.userId,
              pushkey_ts: Math.floor(server.clock.now() / 1000),
              data: { custom: 7 },
              tweaks: { sound: 'default' },
            },
          ],
        },
      ]);
    });

    it('no more than the ids when that is all it wants', async () => {
      const { user, room } = await withPusher({ data: { url: gateway.url, format: 'event_id_only' } });
      const eventId = await alice.send(room, 'Secret');
      await server.idle();
      const [told] = gateway.take();
      expect(told).to.have.all.keys('event_id', 'room_id', 'prio', 'counts', 'devices');
      expect(told).to.deep.include({ event_id: eventId, room_id: room, counts: { unread: 1 } });
      expect(told?.devices[0]).to.deep.include({ pushkey: user.userId, data: { format: 'event_id_only' } });
    });

    it('how much is unread, in all rooms, and when that changes', async () => {
      const { user, room } = await withPusher();
      const other = await alice.createRoom({ preset: 'public_chat' });
      await user.join(other);
      await alice.send(room, 'one');
      await server.idle();
      await alice.send(other, 'two');
      await server.idle();
      const last = await alice.send(room, 'three');
      await server.idle();
      expect(gateway.take().map(({ counts }) => counts?.['unread'])).to.deep.equal([1, 2, 3]);
      await read(user, room, last);
      await server.idle();
      expect(gateway.take()).to.have.deep.members([{ counts: { unread: 1 }, devices: [deviceOf(user)] }]);
      await read(user, room, last);
      await server.idle();
      expect(gateway.take(), 'nothing new').to.deep.equal([]);
    });
    const deviceOf = (user: TestUser): Json => ({
      app_id: 'org.example.app',
      pushkey: user.userId,
      pushkey_ts: Math.floor(server.clock.now() / 1000),
      data: { custom: 7 },
    });

    it('of invitations', async () => {
      const user = await server.user(`user${names++}`);
      await set(user, { pushkey: user.userId });
      const room = await alice.createRoom();
      await alice.invite(room, user);
      await server.idle();
      const told = gateway.take();
      expect(told).to.have.length(1);
      expect(told[0]).to.deep.include({ room_id: room, type: 'm.room.member', user_is_target: true, prio: 'high' });
    });

    it('of each event those in a room whose rules want it, and whom it concerns', async () => {
      const room = await alice.createRoom({ preset: 'public_chat', name: 'Hall' });
      const members: TestUser[] = [];
      for (let n = 0; n < 5; n++) {
        const user = await server.user(`user${names++}`);
        await user.join(room);
        await set(user, { pushkey: user.userId });
        members.push(user);
      }
      const [one, other, silent, keen, late] = members as [TestUser, TestUser, TestUser, TestUser, TestUser];
      const rule = (user: TestUser, kind: string, id: string, body: Json): Promise<Json> =>
        user.request('PUT', `/_matrix/client/v3/pushrules/global/${kind}/${encodeURIComponent(id)}`, body);
      await rule(silent, 'room', room, { actions: [] });
      await rule(keen, 'content', 'word', { pattern: 'lunch', actions: ['notify', { set_tweak: 'highlight' }] });
      await late.leave(room);
      await server.idle();
      gateway.take();
      await alice.send(room, 'lunch?');
      await alice.send(room, { msgtype: 'm.text', body: 'you two', 'm.mentions': { user_ids: [other.userId, silent.userId] } });
      await one.send(room, 'yes');
      await alice.invite(await alice.createRoom({ preset: 'private_chat' }), late);
      await server.idle();
      const told = new Map<unknown, string[]>();
      for (const { prio, devices, content } of gateway.take()) {
        if (content === undefined) continue;
        const { body = 'invite' } = content as { body?: string };
        told.set(devices[0]?.['pushkey'], [...(told.get(devices[0]?.['pushkey']) ?? []), `${body} ${String(prio)}`]);
      }
      expect(Object.fromEntries(told)).to.deep.equal({
        [one.userId]: ['lunch? low', 'you two low'],
        [other.userId]: ['lunch? low', 'you two high', 'yes low'],
        [silent.userId]: ['you two high'],
        [keen.userId]: ['lunch? high', 'you two low', 'yes low'],
        [late.userId]: ['invite high'],
      });
    });

    it('nothing from before it was set, by ignored users, or against the rules', async () => {
      const { user, room } = await withPusher();
      await server.idle();
      expect(gateway.take()).to.deep.equal([]);
      const rule = `/_matrix/client/v3/pushrules/global/room/${encodeURIComponent(room)}`;
      await user.request('PUT', rule, { actions: [] });
      await alice.send(room, 'silent');
      await user.request('DELETE', rule);
      await server.idle();
      await user.request('PUT', `/_matrix/client/v3/user/${user.userId}/account_data/m.ignored_user_list`, { ignored_users: { [alice.userId]: {} } });
      await alice.send(room, 'ignored');
      await alice.invite(await alice.createRoom(), user);
      await server.idle();
      expect(gateway.take().filter(({ event_id: id }) => id !== undefined)).to.deep.equal([]);
    });

    it('nothing for those who are locked, expired or have left', async () => {
      const admin = await server.user(`admin${names++}`, { admin: true });
      const [locked, late, gone] = [await withPusher(), await withPusher(), await withPusher()];
      await admin.request('PUT', `/_matrix/client/v1/admin/lock/${encodeURIComponent(locked.user.userId)}`, { locked: true });
      await gone.user.leave(gone.room);
      expired.add(late.user.userId);
      for (const { room } of [locked, late, gone]) await alice.send(room, 'hello?');
      await server.idle();
      expect(gateway.take()).to.deep.equal([]);
      expired.clear();
    });
  });

  describe('in trouble', () => {
    it('try again, later and later, in order, and tell nothing that was read or redacted meanwhile', async () => {
      const { user, room } = await withPusher();
      gateway.answer = { status: 503, body: '{}' };
      const [first, second] = [await alice.send(room, 'first'), await alice.send(room, 'second')];
      await server.idle();
      expect(gateway.take().map(({ event_id: id }) => id)).to.deep.equal([first]);
      await server.idle();
      expect(gateway.take(), 'not at once').to.deep.equal([]);
      await server.advance(1000);
      await server.idle();
      await server.advance(1500);
      await server.idle();
      expect(gateway.take().length, 'after one second, then two').to.equal(1);
      await alice.request('PUT', `${pathOf(room)}/redact/${encodeURIComponent(second)}/t`, {});
      const third = await alice.send(room, 'third');
      gateway.answer = PushGateway.accepting;
      await server.advance(HOUR);
      await server.idle();
      expect(gateway.take().map(({ event_id: id }) => id)).to.deep.equal([first, third]);
      gateway.answer = { status: 200, body: 'no json' };
      const fourth = await alice.send(room, 'fourth');
      await server.idle();
      await read(user, room, fourth);
      gateway.answer = PushGateway.accepting;
      await server.advance(HOUR);
      await server.idle();
      expect(gateway.take().map(({ event_id: id }) => id)).to.deep.equal([fourth, undefined]);
    });

    it('give up on what is a day old', async () => {
      const { room } = await withPusher();
      gateway.answer = { status: 500, body: '{}' };
      await alice.send(room, 'old');
      await server.idle();
      await server.advance(25 * HOUR);
      await server.idle();
      gateway.take();
      gateway.answer = PushGateway.accepting;
      const fresh = await alice.send(room, 'fresh');
      await server.advance(2 * HOUR);
      await server.idle();
      expect(gateway.take().map(({ event_id: id }) => id)).to.deep.equal([fresh]);
    });

    it('are removed when the gateway rejects their key, and only then', async () => {
      const { user, room } = await withPusher();
      gateway.answer = { status: 200, body: JSON.stringify({ rejected: ['of somebody else'] }) };
      await alice.send(room, 'one');
      await server.idle();
      expect(await list(user)).to.have.length(1);
      gateway.answer = { status: 200, body: JSON.stringify({ rejected: [user.userId] }) };
      await alice.send(room, 'two');
      await server.idle();
      expect(await list(user)).to.deep.equal([]);
      gateway.take();
      await alice.send(room, 'three');
      await server.idle();
      expect(gateway.take()).to.deep.equal([]);
    });
  });

  it('are found whether they or the members of a room are fewer, and each of them hears once', async () => {
    const other = await boot(options);
    const speaker = await other.user('speaker');
    const listeners = await Promise.all(['a', 'b', 'c', 'd'].map((name) => other.user(name)));
    const room = await speaker.createRoom({ preset: 'public_chat' });
    for (const listener of listeners) await listener.join(room);
    const heard = async (): Promise<number> => {
      gateway.take();
      const eventId = await speaker.send(room, 'hear');
      await other.idle();
      return gateway.take().filter(({ event_id: id }) => id === eventId).length;
    };
    for (const one of listeners.slice(0, 1)) await set(one);
    expect(await heard()).to.equal(1);
    for (const listener of listeners) for (const key of ['phone', 'tablet']) await set(listener, { pushkey: `${listener.userId} ${key}` });
    expect(await heard()).to.equal(9);
    await other.close();
  });

  it('lose nothing in a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plexus-pushers-'));
    const stored = { ...options, database: join(folder, 'plexus.db') };
    const first = await boot(stored);
    const [carol, dave] = [await first.user('carol'), await first.user('dave')];
    const room = await carol.createRoom({ preset: 'public_chat' });
    await dave.join(room);
    await set(dave);
    gateway.answer = { status: 500, body: '{}' };
    const failed = await carol.send(room, 'failed');
    await first.idle();
    const unseen = await carol.send(room, 'nobody looked at it');
    await first.close();
    gateway.take();
    gateway.answer = PushGateway.accepting;
    const second = await boot(stored);
    await second.advance(HOUR);
    await second.idle();
    expect(gateway.take().map(({ event_id: id }) => id)).to.deep.equal([failed, unseen]);
    await second.close();
    rmSync(folder, { recursive: true });
  });
});

describe('the list of notifications', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  before(async () => {
    server = await boot();
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());

  const notifications = async (query = ''): Promise<{ notifications: Json[]; next_token?: string }> =>
    (await bob.request('GET', `/_matrix/client/v3/notifications?${query}`)) as { notifications: Json[]; next_token?: string };
  const bodies = (list: readonly Json[]): unknown[] => list.map(({ event }) => ((event as Json)['content'] as Json)['body']);

  it('holds what notified the user, with what is read of it, page by page', async () => {
    const room = await alice.createRoom({ preset: 'public_chat' });
    await alice.send(room, 'before Bob came');
    await bob.join(room);
    const sent: string[] = [];
    const mentions = { user_ids: [bob.userId] };
    for (const body of ['one', 'two for bob', 'three']) {
      sent.push(await alice.send(room, { msgtype: 'm.text', body, ...(body.includes('bob') && { 'm.mentions': mentions }) }));
    }
    await bob.send(room, 'mine');
    await bob.request('POST', `${pathOf(room)}/receipt/m.read/${encodeURIComponent(sent[1] ?? '')}`, {});
    const first = await notifications('limit=2');
    expect(bodies(first.notifications)).to.deep.equal(['three', 'two for bob']);
    expect(first.notifications.map(({ read }) => read)).to.deep.equal([false, true]);
    expect(first.notifications[0]).to.deep.include({ room_id: room, actions: ['notify', { set_tweak: 'sound', value: 'default' }] });
    expect(first.notifications[0]?.['event']).to.include({ event_id: sent[2], sender: alice.userId }).and.not.have.property('room_id');
    expect(first.notifications[0]?.['ts']).to.be.a('number');
    const second = await notifications(`limit=2&from=${first.next_token ?? ''}`);
    expect(bodies(second.notifications)).to.deep.equal(['one']);
    expect(second).to.not.have.property('next_token');
    expect(bodies((await notifications('only=highlight')).notifications)).to.deep.equal(['two for bob']);
  });

  it('holds invitations, and nothing of rooms that the user left', async () => {
    const room = await alice.createRoom();
    await alice.invite(room, bob);
    expect((await notifications('limit=1')).notifications[0]).to.have.nested.property('event.content.membership', 'invite');
    await bob.leave(room);
    expect((await notifications('limit=1')).notifications[0]).to.not.have.nested.property('event.content.membership');
    await expectError(notifications('from=nonsense'), 400, 'M_INVALID_PARAM');
    await expectError(notifications('limit=0'), 400, 'M_INVALID_PARAM');
  });
});
