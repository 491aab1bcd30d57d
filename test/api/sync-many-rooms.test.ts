import { expect } from 'chai';
import fc from 'fast-check';
import { boot, TestUser, type SyncReply, type TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { CountingDatabase } from '../support/counting-database.ts';
import { roomsIn } from './sync-reply.ts';
import { v3 } from './v3.ts';

const PLACES = ['join', 'invite', 'knock', 'leave'] as const;

/** What may happen in a room; each has its own way through what a sync asks. */
const step = fc.constantFrom(
  'say',
  'say',
  'say as ignored',
  'say as hidden',
  'thread',
  'edit',
  'refer',
  'redact',
  'name',
  'rename member',
  'hide history',
  'share history',
  'leave',
  'rejoin',
  'ban',
  'invite',
  'invite others',
  'read',
  'tag',
  'forget',
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe('GET /sync: many rooms at once', () => {
  let database: CountingDatabase;
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let ignored: TestUser;
  let hidden: TestUser;
  let rooms: string[];
  let marks: string[];

  const quietly = async (action: Promise<unknown>): Promise<void> => void (await action.catch(() => undefined));

  /** Does one thing; what is not allowed at the time is left out. */
  async function happen(room: string, what: Step, sent: string[], number: number): Promise<void> {
    const last = sent.at(-1) ?? '';
    const say = (who: TestUser, content: string | Json): Promise<void> => quietly(who.send(room, content).then((id) => sent.push(id)));
    const about = (rel_type: string): Json => ({ msgtype: 'm.text', body: `${number}`, 'm.relates_to': { rel_type, event_id: last } });
    const actions: Readonly<Record<Step, () => Promise<void>>> = {
      say: () => say(bob, `message ${number}`),
      'say as ignored': () => say(ignored, 'hear me'),
      'say as hidden': () => say(hidden, 'nobody sees this'),
      thread: () => say(bob, about('m.thread')),
      edit: () => quietly(bob.edit(room, last, `edited ${number}`)),
      refer: () => say(bob, about('m.reference')),
      redact: () => quietly(bob.redact(room, last)),
      name: () => quietly(bob.setState(room, 'm.room.name', { name: `Name ${number}` })),
      'rename member': () => quietly(bob.setState(room, 'm.room.member', { membership: 'join', displayname: `Bob ${number}` }, bob.userId)),
      'hide history': () => quietly(bob.setState(room, 'm.room.history_visibility', { history_visibility: 'joined' })),
      'share history': () => quietly(bob.setState(room, 'm.room.history_visibility', { history_visibility: 'shared' })),
      leave: () => quietly(alice.leave(room)),
      rejoin: () => quietly(alice.join(room)),
      ban: () => quietly(bob.kick(room, alice)),
      invite: () => quietly(bob.invite(room, alice)),
      'invite others': () => quietly(bob.invite(room, `@guest${number}:localhost`)),
      read: () => quietly(alice.markRead(room, last)),
      tag: () => quietly(alice.setAccountData('org.example.note', { number }, room)),
      forget: () => quietly(alice.leave(room).then(() => alice.forget(room))),
    };
    await actions[what]();
  }

  before(async function () {
    this.timeout(60_000);
    database = new CountingDatabase();
    server = await boot({ database, clock: 'fake' });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
    [ignored, hidden] = [await server.user('ignored'), await server.user('hidden')];
    const account = { username: 'erased', password: 'secret', auth: { type: 'm.login.dummy' } };
    const erased = TestUser.ofSession(server.url, await server.request('POST', v3('register'), account));
    const admin = await server.user('admin', { admin: true });
    await admin.request('POST', `/_synapse/admin/v1/users/${hidden.userId}/shadow_ban`, {});
    await alice.setAccountData('m.ignored_user_list', { ignored_users: { [ignored.userId]: {} } });
    const steps = fc.sample(fc.array(step, { minLength: 3, maxLength: 25 }), { numRuns: 22, seed: 7 });
    rooms = [];
    marks = [];
    for (const [number, inRoom] of steps.entries()) {
      const room = await bob.createRoom({ preset: 'public_chat', ...(number % 3 === 0 && { name: `Room ${number}` }) });
      rooms.push(room);
      const sent: string[] = [];
      for (const who of [ignored, hidden, erased]) await who.join(room);
      await erased.send(room, 'my name');
      if (number % 4 !== 3) await alice.join(room);
      for (const [index, what] of inRoom.entries()) await happen(room, what, sent, index);
      if (number % 8 === 0) marks.push((await alice.sync()).next_batch);
    }
    const auth = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'erased' }, password: 'secret' };
    await erased.request('POST', v3('account', 'deactivate'), { auth, erase: true });
    for (const room of rooms.filter((_, number) => number % 8 === 3)) await quietly(alice.join(room));
  });
  after(() => server.close());

  /** Unread counts that are remembered are forgotten with the rules that they were counted by. */
  let rule = 0;
  const countAnew = (): Promise<unknown> =>
    alice.request('PUT', v3('pushrules', 'global', 'content', 'rule'), { pattern: `word${rule++}`, actions: [] });

  async function synced(query: Readonly<Record<string, string>>, filter: Json, only?: string): Promise<SyncReply> {
    await countAnew();
    const room = { ...(filter['room'] as Json), ...(only !== undefined && { rooms: [only] }) };
    return await alice.sync({ ...query, filter: JSON.stringify({ ...filter, room }) });
  }

  const lazy = { lazy_load_members: true, include_redundant_members: true };
  const ways: Readonly<Record<string, readonly [Readonly<Record<string, string>>, Json]>> = {
    'without a filter': [{}, {}],
    'with the rooms that were left': [{}, { room: { include_leave: true } }],
    'with members lazily': [{}, { room: { include_leave: true, state: lazy, timeline: { ...lazy, limit: 3 } } }],
    'with the state after the timeline': [{ use_state_after: 'true' }, { room: { include_leave: true, timeline: { limit: 2 } } }],
    'with some types only': [{}, { room: { timeline: { types: ['m.room.message'], limit: 4 }, include_leave: true } }],
    'with some types by pattern': [{}, { room: { timeline: { types: ['m.*'], not_types: ['m.room.mem*'], limit: 1 } } }],
    'without some senders': [{}, { room: { timeline: { not_senders: ['@bob:localhost'], limit: 2, unread_thread_notifications: true } } }],
    'as servers see events': [{}, { event_format: 'federation', event_fields: ['content.body', 'type', 'unsigned'] }],
    'in full, since a time': [{ full_state: 'true', since: '1' }, {}],
    'since a time': [{ since: '1' }, { room: { include_leave: true } }],
    'since a time, lazily': [{ since: '2' }, { room: { state: lazy, timeline: { limit: 2 } } }],
  };

  for (const [name, [query, filter]] of Object.entries(ways)) {
    it(`tells of them what it tells of each alone: ${name}`, async () => {
      const since = query['since'] === undefined ? {} : { since: marks[Number(query['since'])] ?? '' };
      const all = await synced({ ...query, ...since }, filter);
      let told = 0;
      for (const room of rooms) {
        const alone = await synced({ ...query, ...since }, filter, room);
        for (const place of PLACES) {
          expect(roomsIn(all, place)[room], `${place} of ${room}`).to.deep.equal(roomsIn(alone, place)[room]);
          if (room in roomsIn(all, place)) told++;
        }
      }
      expect(told).to.be.greaterThan(5);
    });
  }

  it('asks few questions more for twenty rooms than for one', async () => {
    const cost = async (count: number): Promise<number> => {
      const user = await server.user(`guest-of-${count}`);
      for (let number = 0; number < count; number++) await user.createRoom({});
      return (await database.during(() => user.sync())).statements;
    };
    expect((await cost(20)) - (await cost(1))).to.be.lessThan(40);
  });
});
