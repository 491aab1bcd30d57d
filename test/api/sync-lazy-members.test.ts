import { expect } from 'chai';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { filtered, inRoom, syncer, type WireEvent } from './sync-reply.ts';

describe('GET /sync: lazy-loaded members', () => {
  let server: TestServer;
  let users: readonly TestUser[];
  let room: string;
  const [LAZY, REDUNDANT] = [false, true].map((redundant) =>
    filtered({ room: { timeline: { limit: 2 }, state: { lazy_load_members: true, include_redundant_members: redundant } } }),
  );

  before(async () => {
    server = await boot();
    users = await Promise.all(['alice', 'bob', 'carol', 'dave'].map((name) => server.user(name)));
  });
  after(() => server.close());
  beforeEach(async () => {
    room = await user('alice').createRoom({ name: 'named', preset: 'public_chat' });
    for (const name of ['bob', 'carol', 'dave']) await user(name).join(room);
  });

  const user = (name: string): TestUser => {
    const found = users.find(({ userId }) => userId.startsWith(`@${name}:`));
    if (found === undefined) throw new Error(`There is no ${name}`);
    return found;
  };
  const members = (events: readonly WireEvent[] | undefined): string[] =>
    (events ?? []).filter(({ type }) => type === 'm.room.member').map(({ state_key }) => state_key?.slice(1).split(':')[0] ?? '');
  const say = async (...names: string[]): Promise<void> => {
    for (const name of names) await user(name).send(room, `I am ${name}`);
  };

  it('tells of the user and of who speaks in the timeline', async () => {
    await say('bob', 'bob');
    expect(members(inRoom(await user('alice').sync(LAZY), room).state)).to.have.members(['alice', 'bob']);
  });

  it('tells of heroes where the room has no name', async () => {
    await user('alice').setState(room, 'm.room.name', {});
    await say('alice', 'alice');
    expect(members(inRoom(await user('alice').sync(LAZY), room).state)).to.have.members(['alice', 'bob', 'carol', 'dave']);
  });

  it('tells of nobody twice', async () => {
    await say('bob', 'bob');
    const next = syncer(user('alice'), LAZY);
    await next();
    await say('bob', 'carol');
    expect(members(inRoom(await next(), room).state)).to.deep.equal(['carol']);
    await say('bob', 'carol');
    expect(members(inRoom(await next(), room).state)).to.deep.equal([]);
  });

  it('tells of them again where redundant members are wanted', async () => {
    await say('bob', 'bob');
    const next = syncer(user('alice'), REDUNDANT);
    await next();
    await say('bob');
    expect(members(inRoom(await next(), room).state)).to.deep.equal(['bob']);
  });

  it('tells of them again when the reply was lost', async () => {
    await say('bob', 'bob');
    const { next_batch: since } = await user('alice').sync(LAZY);
    await say('carol');
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(members(inRoom(await user('alice').sync({ ...LAZY, since }), room).state)).to.deep.equal(['carol']);
    }
  });

  it('tells of all changes of members in a gap', async () => {
    await say('alice', 'alice');
    const next = syncer(user('alice'), LAZY);
    await next();
    await user('dave').leave(room);
    await say('bob', 'bob');
    const { timeline, state } = inRoom(await next(), room);
    expect(timeline.limited).to.equal(true);
    expect(members(state)).to.have.members(['bob', 'dave']);
  });

  it('tells each device for itself', async () => {
    await say('bob', 'bob');
    const since = (await user('alice').sync(LAZY)).next_batch;
    await say('bob');
    expect(members(inRoom(await user('carol').sync({ ...LAZY, since }), room).state)).to.deep.equal(['bob']);
  });
});
