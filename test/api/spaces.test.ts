import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { pathOf } from './room-reading.ts';

interface SpaceRoom extends Json {
  readonly room_id: string;
  readonly name?: string;
  readonly children_state: readonly Json[];
}
interface Hierarchy {
  readonly rooms: readonly SpaceRoom[];
  readonly next_batch?: string;
}

describe('the hierarchy of spaces', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  before(async () => {
    server = await boot();
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());

  const hierarchy = async (user: TestUser, space: string, query = ''): Promise<Hierarchy> =>
    (await user.request('GET', `${pathOf(space, 'v1')}/hierarchy?${query}`)) as unknown as Hierarchy;
  const names = async (user: TestUser, space: string, query = ''): Promise<(string | undefined)[]> =>
    (await hierarchy(user, space, query)).rooms.map(({ name }) => name);

  const room = (name: string, options: Json = {}): Promise<string> => alice.createRoom({ name, preset: 'public_chat', ...options });
  /** A space with children in the order in which they are given. */
  async function space(name: string, children: readonly string[], options: Json = {}): Promise<string> {
    const id = await room(name, { creation_content: { type: 'm.space' }, ...options });
    for (const [index, child] of children.entries()) await addChild(id, child, { order: String.fromCodePoint(97 + index) });
    return id;
  }
  const addChild = (parent: string, child: string, content: Json = {}): Promise<string> =>
    alice.setState(parent, 'm.space.child', { via: ['localhost'], ...content }, child);
  const joinRule = (rule: Json): Json => ({ preset: 'private_chat', initial_state: [{ type: 'm.room.join_rules', state_key: '', content: rule }] });

  it('is walked depth first, each room with its summary, spaces with their children', async () => {
    const [one, two, three] = [await room('One', { topic: 'The first' }), await room('Two'), await room('Three')];
    const inner = await space('Inner', [two]);
    const outer = await space('Outer', [inner, one, three]);
    expect(await names(alice, outer)).to.deep.equal(['Outer', 'Inner', 'Two', 'One', 'Three']);
    const [root, , , first] = (await hierarchy(bob, outer)).rooms;
    expect(root).to.include({ room_id: outer, room_type: 'm.space', join_rule: 'public', num_joined_members: 1, room_version: '12' });
    expect(root?.children_state.map(({ state_key: key }) => key)).to.deep.equal([inner, one, three]);
    expect(root?.children_state[1]).to.deep.include({
      type: 'm.space.child',
      sender: alice.userId,
      content: { via: ['localhost'], order: 'b' },
    });
    expect(root?.children_state[1]?.['origin_server_ts']).to.be.a('number');
    expect(first).to.deep.include({
      room_id: one,
      name: 'One',
      topic: 'The first',
      world_readable: false,
      guest_can_join: false,
      children_state: [],
    });
  });

  it('goes no deeper than it is asked to', async () => {
    const inner = await space('Inner', [await room('Leaf')]);
    const outer = await space('Outer', [inner]);
    expect(await names(alice, outer, 'max_depth=0')).to.deep.equal(['Outer']);
    expect(await names(alice, outer, 'max_depth=1')).to.deep.equal(['Outer', 'Inner']);
    expect(await names(alice, outer, 'max_depth=2')).to.deep.equal(['Outer', 'Inner', 'Leaf']);
    await expectError(hierarchy(alice, outer, 'max_depth=-1'), 400, 'M_INVALID_PARAM');
  });

  it('comes in pages', async () => {
    const rooms = await Promise.all(['A', 'B', 'C', 'D'].map((name) => room(name)));
    const outer = await space('Outer', rooms);
    const pages: (string | undefined)[][] = [];
    let from = '';
    for (let page: Hierarchy | undefined; page === undefined || page.next_batch !== undefined;) {
      page = await hierarchy(alice, outer, `limit=2${from}`);
      pages.push(page.rooms.map(({ name }) => name));
      from = `&from=${page.next_batch ?? ''}`;
    }
    expect(pages).to.deep.equal([['Outer', 'A'], ['B', 'C'], ['D']]);
    expect(await hierarchy(alice, outer, 'limit=5')).to.not.have.property('next_batch');
    const { next_batch: token } = await hierarchy(alice, outer, 'limit=2&max_depth=3');
    await expectError(hierarchy(alice, outer, `limit=2&max_depth=2&from=${token ?? ''}`), 400, 'M_INVALID_PARAM');
    await expectError(hierarchy(alice, outer, `limit=2&max_depth=3&suggested_only=true&from=${token ?? ''}`), 400, 'M_INVALID_PARAM');
    await expectError(hierarchy(alice, outer, 'from=unknown'), 400, 'M_INVALID_PARAM');
    await expectError(hierarchy(alice, outer, 'limit=0'), 400, 'M_INVALID_PARAM');
  });

  it('holds only suggested rooms when those are asked for', async () => {
    const outer = await space('Outer', [await room('Plain')]);
    await addChild(outer, await room('Suggested'), { suggested: true });
    expect(await names(alice, outer, 'suggested_only=true')).to.deep.equal(['Outer', 'Suggested']);
    expect((await hierarchy(alice, outer, 'suggested_only=true')).rooms[0]?.children_state).to.have.length(1);
  });

  it('loses a child whose event is emptied', async () => {
    const child = await room('Child');
    const outer = await space('Outer', [child]);
    await alice.setState(outer, 'm.space.child', {}, child);
    expect(await names(alice, outer)).to.deep.equal(['Outer']);
  });

  it('ends where spaces hang in a loop, and shows each room once', async () => {
    const leaf = await room('Leaf');
    const inner = await space('Inner', [leaf]);
    const outer = await space('Outer', [inner, leaf]);
    await addChild(inner, outer);
    await addChild(outer, outer);
    expect(await names(alice, outer)).to.have.members(['Outer', 'Inner', 'Leaf']);
    expect(await names(alice, inner, 'limit=1')).to.deep.equal(['Inner']);
  });

  it('does not follow the children of a room that is no space', async () => {
    const plain = await room('Plain');
    await addChild(plain, await room('Child'));
    const { rooms } = await hierarchy(alice, plain);
    expect(rooms.map(({ name, children_state: children }) => [name, children])).to.deep.equal([['Plain', []]]);
  });

  describe('shows a room to one outside of it', () => {
    const worldReadable = { type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'world_readable' } };
    const cases: readonly (readonly [name: string, options: Json, shown: boolean])[] = [
      ['that is public', {}, true],
      ['that is private', joinRule({ join_rule: 'invite' }), false],
      ['that can be knocked on', joinRule({ join_rule: 'knock' }), true],
      ['that can be knocked on by its rules, not by its version', { ...joinRule({ join_rule: 'knock' }), room_version: '6' }, false],
      ['that is open to members of another room, or to knocking', joinRule({ join_rule: 'knock_restricted', allow: [] }), true],
      ['that is open to nobody’s members', joinRule({ join_rule: 'restricted', allow: [] }), false],
      ['that everybody can read', { preset: 'private_chat', initial_state: [worldReadable] }, true],
    ];
    for (const [name, options, shown] of cases) {
      it(`${name}: ${shown ? 'yes' : 'no'}`, async () => {
        const child = await room('Child', options);
        const outer = await space('Outer', [child]);
        expect(await names(bob, outer)).to.deep.equal(shown ? ['Outer', 'Child'] : ['Outer']);
        expect(await names(alice, outer), 'its members see it').to.deep.equal(['Outer', 'Child']);
        // As the root it follows the same rule.
        if (shown) expect(await names(bob, child)).to.deep.equal(['Child']);
        else await expectError(hierarchy(bob, child), 403, 'M_FORBIDDEN');
      });
    }

    it('that is restricted to a room that they are in', async () => {
      const outer = await space('Outer', []);
      const allow = [{ type: 'm.room_membership', room_id: outer }];
      const child = await room('Child', { ...joinRule({ join_rule: 'restricted', allow }), room_version: '9' });
      await addChild(outer, child);
      expect(await names(bob, outer)).to.deep.equal(['Outer']);
      await bob.join(outer);
      const { rooms } = await hierarchy(bob, outer);
      expect(rooms[1]).to.deep.include({ room_id: child, join_rule: 'restricted', allowed_room_ids: [outer], room_version: '9' });
    });

    it('once they are invited, and no more when they are banned', async () => {
      const child = await room('Child', joinRule({ join_rule: 'invite' }));
      const outer = await space('Outer', [child]);
      await alice.invite(child, bob);
      expect(await names(bob, outer)).to.deep.equal(['Outer', 'Child']);
      await alice.ban(child, bob);
      expect(await names(bob, outer)).to.deep.equal(['Outer']);
      await alice.ban(outer, bob);
      await expectError(hierarchy(bob, outer), 403, 'M_FORBIDDEN');
    });
  });

  it('passes over rooms of which nothing is known, and answers for an unknown root as for a closed one', async () => {
    const outer = await space('Outer', ['!elsewhere:example.org']);
    expect(await names(alice, outer)).to.deep.equal(['Outer']);
    await expectError(hierarchy(alice, '!elsewhere:example.org'), 403, 'M_FORBIDDEN');
  });

  it('goes on past any number of children of which nothing is known', async () => {
    const outer = await space('Outer', []);
    const children = Array.from({ length: 60 }, (_, index) => `!child${index}:example.org`);
    for (const child of children) await addChild(outer, child);
    await addChild(outer, await room('Last'));
    expect(await names(alice, outer, 'limit=1')).to.deep.equal(['Outer']);
    expect(await names(alice, outer)).to.deep.equal(['Outer', 'Last']);
  });
});
