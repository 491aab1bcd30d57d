import { expect } from 'chai';
import type { RoomId } from '../../src/core/identifiers.ts';
import { sendEvent } from '../../src/operations/rooms/send-event.ts';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { ClientEvent, Json } from '../../src/testing/test-user.ts';
import { pathOf } from './room-reading.ts';
import { shadowBanned } from './shadow-banned.ts';

interface Page {
  readonly chunk: readonly ClientEvent[];
  readonly next_batch?: string;
}

/** Threads are listed by the latest event that the reader may see; what others do in them unseen moves nothing. */
describe('The order of threads', () => {
  let server: TestServer;
  let alice: TestUser, bob: TestUser, carol: TestUser, ghost: TestUser;
  let room: string, roots: readonly string[];

  before(async () => {
    server = await boot();
    [alice, bob, carol, ghost] = [await server.user('alice'), await server.user('bob'), await server.user('carol'), await server.user('ghost')];
  });
  after(() => server.close());

  /** A room with everybody in it and the roots of some threads, each with a reply. */
  const open = async (visibility: string, threads = 3): Promise<void> => {
    const state = [{ type: 'm.room.history_visibility', content: { history_visibility: visibility } }];
    room = await alice.createRoom({ preset: 'public_chat', initial_state: state });
    for (const user of [bob, carol, ghost]) await user.join(room);
    const made: string[] = [];
    for (let index = 0; index < threads; index++) made.push(await alice.send(room, `root ${index}`));
    roots = made;
    for (const root of roots) await alice.sendInThread(room, root, 'first');
  };
  const reply = (user: TestUser, thread: number): Promise<string> => {
    const content = { msgtype: 'm.text', body: `by ${user.userId}`, 'm.relates_to': { rel_type: 'm.thread', event_id: roots[thread] ?? '' } };
    if (user !== ghost) return user.send(room, content);
    const message = { roomId: room as RoomId, type: 'm.room.message', txnId: undefined, content };
    return server.run(sendEvent, shadowBanned(user), message);
  };
  const ignore = (user: TestUser, ...others: readonly TestUser[]): Promise<void> =>
    user.setAccountData('m.ignored_user_list', { ignored_users: Object.fromEntries(others.map(({ userId }) => [userId, {}])) });

  /** All threads, read in pages of a size; as pairs of the root and the latest event. */
  async function listed(user: TestUser, limit: number): Promise<readonly (readonly [root: string, latest: unknown])[]> {
    const all: ClientEvent[] = [];
    for (let from: string | undefined = ''; from !== undefined;) {
      const page = (await user.request('GET', `${pathOf(room, 'v1')}/threads?limit=${limit}${from && `&from=${from}`}`)) as unknown as Page;
      all.push(...page.chunk);
      from = page.next_batch;
    }
    return all.map((root) => {
      const { latest_event } = ((root['unsigned'] as Json)['m.relations'] as Json)['m.thread'] as { latest_event: ClientEvent };
      return [root.event_id, latest_event.event_id];
    });
  }

  /** The same from what the user reads of the room's timeline. */
  async function read(user: TestUser): Promise<readonly (readonly [root: string, latest: unknown])[]> {
    const latest = new Map<string, string>();
    for (const { event_id, content } of await user.messages(room, 200)) {
      const relation = content['m.relates_to'] as Json | undefined;
      const root = relation?.['rel_type'] === 'm.thread' ? (relation['event_id'] as string) : undefined;
      if (root !== undefined && !latest.has(root)) latest.set(root, event_id);
    }
    return [...latest];
  }

  const expectAgreement = async (users: readonly TestUser[]): Promise<void> => {
    for (const user of users) {
      const seen = await read(user);
      for (const limit of [1, 2, 100]) expect(await listed(user, limit), `${user.userId}, ${limit} at a time`).to.deep.equal(seen);
    }
  };
  const orderFor = async (user: TestUser): Promise<readonly number[]> => (await listed(user, 100)).map(([root]) => roots.indexOf(root));

  it('is not changed by those whom the reader ignores', async () => {
    await open('shared');
    await reply(bob, 0);
    await ignore(carol, bob);
    expect(await orderFor(alice)).to.deep.equal([0, 2, 1]);
    expect(await orderFor(carol)).to.deep.equal([2, 1, 0]);
    await reply(alice, 1);
    await expectAgreement([alice, carol]);
    await ignore(carol);
    expect(await orderFor(carol)).to.deep.equal([1, 0, 2]);
  });

  it('is changed by what is hidden for its sender only', async () => {
    await open('shared');
    await reply(ghost, 0);
    const lonely = await alice.send(room, 'nobody answers');
    roots = [...roots, lonely];
    const unheard = await reply(ghost, 3);
    expect(await orderFor(alice)).to.deep.equal([2, 1, 0]);
    expect(await orderFor(ghost)).to.deep.equal([3, 0, 2, 1]);
    await expectAgreement([alice, ghost]);
    await ghost.redact(room, unheard);
    await expectAgreement([alice, ghost]);
  });

  it('stands still for those who have left', async () => {
    await open('shared');
    await bob.leave(room);
    await reply(alice, 0);
    expect(await orderFor(bob)).to.deep.equal([2, 1, 0]);
    await expectAgreement([alice, bob]);
  });

  it('leaves out what was said while one was away, where that is not shown', async () => {
    await open('joined');
    await reply(alice, 1);
    await bob.leave(room);
    await reply(alice, 0);
    await reply(carol, 2);
    await bob.join(room);
    expect(await orderFor(bob)).to.deep.equal([1, 2, 0]);
    expect(await orderFor(alice)).to.deep.equal([2, 0, 1]);
    await reply(bob, 0);
    await expectAgreement([alice, bob]);
  });

  for (const visibility of ['shared', 'invited', 'joined', 'world_readable']) {
    it(`is what the timeline shows, whatever happens in a room that is ${visibility}`, async () => {
      await open(visibility, 6);
      await ignore(alice, carol);
      // Any sequence will do, as long as it is the same each time.
      let number = 7;
      const next = (below: number): number => (number = (number * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
      const users = [alice, bob, carol, ghost];
      let isBobHere = true;
      for (let step = 0; step < 40; step++) {
        const who = users[next(4)] ?? alice;
        if (next(6) === 0) {
          await (isBobHere ? bob.leave(room) : bob.join(room));
          isBobHere = !isBobHere;
        } else if (who !== bob || isBobHere) await reply(who, next(6));
      }
      await expectAgreement(users);
      await ignore(alice);
    });
  }
});
