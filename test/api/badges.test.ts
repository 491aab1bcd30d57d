import { expect } from 'chai';
import { execute } from '../../src/kernel/work.ts';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { CountingDatabase } from '../support/counting-database.ts';
import { PushGateway } from '../support/push-gateway.ts';
import { pathOf } from './room-reading.ts';
import { v3 } from './v3.ts';

const ROOMS = 500;

describe('The badge of a push', () => {
  let gateway: PushGateway;
  let database: CountingDatabase;
  let server: TestServer;
  let alice: TestUser, bob: TestUser, carol: TestUser;
  let rooms: readonly string[];

  beforeEach(async () => {
    gateway = await PushGateway.start();
    database = new CountingDatabase();
    server = await boot({ database, config: { outgoing: { allow_addresses: ['127.0.0.1'] } } });
    [alice, bob, carol] = [await server.user('alice'), await server.user('bob'), await server.user('carol')];
    const pusher = { app_id: 'app', app_display_name: 'App', device_display_name: 'Phone', lang: 'en', pushkey: 'key', kind: 'http' };
    await bob.request('POST', v3('pushers', 'set'), { ...pusher, data: { url: gateway.url } });
    const made: string[] = [];
    for (let index = 0; index < 3; index++) made.push(await roomFor(bob, carol));
    rooms = made;
    await server.idle();
    gateway.take();
  });
  afterEach(async () => {
    await server.close();
    await gateway.close();
  });

  async function roomFor(...users: readonly TestUser[]): Promise<string> {
    const room = await alice.createRoom({ preset: 'public_chat' });
    for (const user of users) await user.join(room);
    return room;
  }
  /** What the newest push since the last time said. */
  async function badge(): Promise<number | undefined> {
    await server.idle();
    return gateway.take().at(-1)?.counts?.['unread'];
  }
  /** The same as clients count it themselves. */
  async function unreadInSync(): Promise<number> {
    const { join } = ((await bob.sync())['rooms'] ?? {}) as { join?: Record<string, { unread_notifications: { notification_count: number } }> };
    return Object.values(join ?? {}).reduce((sum, { unread_notifications: { notification_count: count } }) => sum + count, 0);
  }
  const read = (room: string, eventId: string, more: Json = {}, type = 'm.read'): Promise<Json> =>
    bob.request('POST', `${pathOf(room)}/receipt/${type}/${encodeURIComponent(eventId)}`, more);
  const pushRule = (room: string, actions: readonly string[]): Promise<Json> =>
    bob.request('PUT', v3('pushrules', 'global', 'room', room), { actions });
  const ignore = (...users: readonly TestUser[]): Promise<void> =>
    bob.setAccountData('m.ignored_user_list', { ignored_users: Object.fromEntries(users.map(({ userId }) => [userId, {}])) });

  it('is what is unread, whatever has changed it', async () => {
    const [one = '', two = '', three = ''] = rooms;
    const witness = await roomFor(bob);
    const events: Record<string, string> = {};
    const inThread = (user: TestUser): Promise<string> => user.sendInThread(one, events['first'] ?? '', 'in a thread');
    const steps: Readonly<Record<string, () => Promise<unknown>>> = {
      'messages in two rooms': async () => {
        events['first'] = await alice.send(one, 'first');
        events['second'] = await carol.send(one, 'second');
        events['other'] = await alice.send(two, 'other');
      },
      'a receipt': () => read(one, events['first'] ?? ''),
      'a redaction': () => carol.redact(one, events['second'] ?? ''),
      'messages in a thread': async () => {
        events['reply'] = await inThread(alice);
        await inThread(carol);
        await carol.send(one, 'beside it');
      },
      'a receipt in a thread': () => read(one, events['reply'] ?? '', { thread_id: events['first'] }),
      'a private receipt': () => read(two, events['other'] ?? '', {}, 'm.read.private'),
      'words of her own': async () => {
        await alice.send(two, 'hello?');
        await bob.send(two, 'yes');
        await alice.send(two, 'at last');
      },
      'a muted room': () => pushRule(one, []),
      'the room again': () => bob.request('DELETE', v3('pushrules', 'global', 'room', one)),
      'an ignored sender': () => ignore(carol),
      'nobody ignored': () => ignore(),
      'a departure': () => bob.leave(one),
      'a return': () => bob.join(one),
      'a new room': async () => {
        const room = await roomFor(bob, carol);
        await carol.send(room, 'welcome');
      },
      'a mention': () => carol.send(three, 'bob: ping'),
    };
    for (const [name, step] of Object.entries(steps)) {
      await step();
      await alice.send(witness, 'now?');
      expect(await badge(), name).to.equal(await unreadInSync());
    }
  });

  it('asks nothing of the rooms in which nothing happened', async () => {
    const [room = ''] = rooms;
    await inManyRooms(room);
    const cold = await database.during(async () => {
      await alice.send(room, 'first');
      expect(await badge()).to.equal(1);
    });
    expect(cold.statements, 'the first push since the start').to.be.lessThan(ROOMS / 2);
    const warm = await database.during(async () => {
      await alice.send(room, 'second');
      expect(await badge()).to.equal(2);
    });
    expect(warm.statements, 'the next push').to.be.lessThan(100);
    expect(warm.rows, 'the next push').to.be.lessThan(200);
  });

  /** Puts Bob into copies of a room in which nobody says anything, without what nobody will ask for here. */
  async function inManyRooms(room: string): Promise<void> {
    const copies = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${ROOMS})`;
    await database.write(function* () {
      yield* execute(`${copies} insert into rooms select '!copy' || i, version, state_group, created_ts from rooms, n where room_id = ?`, room);
      yield* execute(
        `${copies} insert into memberships (user_id, room_id, membership, sender, event_id, pos, joined_pos)
         select user_id, '!copy' || i, membership, sender, event_id, pos, joined_pos from memberships, n where room_id = ? and user_id = ?`,
        room,
        bob.userId,
      );
    });
  }
});
