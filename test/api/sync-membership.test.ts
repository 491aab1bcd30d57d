import { expect } from 'chai';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { bodies, filtered, inRoom, roomsIn, strippedIn, syncer, typesOf } from './sync-reply.ts';

describe('GET /sync: memberships', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  before(async () => {
    server = await boot();
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());

  const post = (user: TestUser, room: string, action: string, body: object = {}): Promise<unknown> =>
    user.request('POST', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/${action}`, body);
  const places = (reply: Awaited<ReturnType<TestUser['sync']>>, room: string): string[] =>
    (['join', 'invite', 'knock', 'leave'] as const).filter((place) => room in roomsIn(reply, place));

  for (const kind of ['initial', 'incremental'] as const) {
    it(`shows an invite with the stripped state in an ${kind} sync, once`, async () => {
      const next = syncer(bob);
      if (kind === 'incremental') await next();
      const room = await alice.createRoom({ name: 'come in', topic: 'tea', invite: [bob.userId] });
      await alice.send(room, 'not for the invited');
      const reply = await next();
      expect(places(reply, room)).to.deep.equal(['invite']);
      const stripped = strippedIn(reply, room, 'invite') ?? [];
      expect(typesOf(stripped)).to.include.members(['m.room.create', 'm.room.name', 'm.room.join_rules', 'm.room.topic']);
      expect(stripped.at(-1)).to.deep.include({ type: 'm.room.member', state_key: bob.userId, sender: alice.userId });
      for (const event of stripped) expect(event).to.have.all.keys('type', 'state_key', 'sender', 'content');
      expect(places(await next(), room)).to.deep.equal([]);
    });
  }

  it('tells a room that was joined since in full', async () => {
    const room = await alice.createRoom({ name: 'come in', preset: 'public_chat' });
    await alice.send(room, 'before');
    const next = syncer(bob, filtered({ room: { timeline: { limit: 2 } } }));
    await next();
    await bob.join(room);
    const told = inRoom(await next(), room);
    expect(told.timeline.events.map(({ content }) => content['body'] ?? content['membership'])).to.deep.equal(['before', 'join']);
    expect(told.timeline.limited).to.equal(true);
    expect(typesOf(told.state)).to.include.members(['m.room.create', 'm.room.name', 'm.room.member']);
    expect(told.summary).to.include({ 'm.joined_member_count': 2 });
  });

  it('shows a newcomer nothing that was said before, where the history is for members only', async () => {
    const room = await alice.createRoom({
      preset: 'public_chat',
      initial_state: [{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'joined' } }],
    });
    await alice.send(room, 'secret');
    await bob.join(room);
    await alice.send(room, 'welcome');
    const { timeline } = inRoom(await bob.sync(), room);
    expect(bodies(timeline.events)).to.include('welcome').and.not.include('secret');
  });

  it('tells of a room up to the leave and not further', async () => {
    const room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
    const next = syncer(bob);
    await next();
    await alice.send(room, 'still here');
    await bob.leave(room);
    await alice.send(room, 'behind your back');
    const reply = await next();
    expect(places(reply, room)).to.deep.equal(['leave']);
    const told = inRoom(reply, room, 'leave');
    expect(told.timeline.events.map(({ content }) => content['body'] ?? content['membership'])).to.deep.equal(['still here', 'leave']);
    expect(told.state).to.deep.equal([]);
    await alice.send(room, 'later');
    expect(places(await next(), room)).to.deep.equal([]);
  });

  for (const [action, membership] of [
    ['kick', 'leave'],
    ['ban', 'ban'],
  ] as const) {
    it(`tells who was affected of a ${action}`, async () => {
      const room = await alice.createRoom({ preset: 'public_chat' });
      await bob.join(room);
      const next = syncer(bob);
      await next();
      await post(alice, room, action, { user_id: bob.userId, reason: 'enough' });
      const { timeline } = inRoom(await next(), room, 'leave');
      expect(timeline.events.at(-1)).to.deep.include({ sender: alice.userId, content: { membership, reason: 'enough' } });
    });
  }

  it('tells somebody who left of the ban that came later, and of nothing in between', async () => {
    const room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
    const next = syncer(bob);
    await next();
    await bob.leave(room);
    await alice.send(room, 'in between');
    await post(alice, room, 'ban', { user_id: bob.userId });
    const { timeline } = inRoom(await next(), room, 'leave');
    expect(timeline.events.map(({ content }) => content['body'] ?? content['membership'])).to.deep.equal(['leave', 'ban']);
  });

  it('moves a rejected invite to leave, without anything of the room', async () => {
    const room = await alice.createRoom({ name: 'secret', invite: [bob.userId] });
    const next = syncer(bob);
    await next();
    await bob.leave(room);
    const reply = await next();
    const told = inRoom(reply, room, 'leave');
    expect([typesOf(told.timeline.events), told.state]).to.deep.equal([['m.room.member'], []]);
    expect(JSON.stringify(reply)).not.to.include('secret');
  });

  it('tells of a room that was joined and left between two syncs', async () => {
    const room = await alice.createRoom({ preset: 'public_chat' });
    const next = syncer(bob, filtered({ room: { timeline: { limit: 2 } } }));
    await next();
    await bob.join(room);
    await bob.leave(room);
    const told = inRoom(await next(), room, 'leave');
    expect(told.timeline.events.map(({ content }) => content['membership'])).to.deep.equal(['join', 'leave']);
    expect(typesOf(told.state)).to.include('m.room.create');
  });

  it('tells a room in full to who comes back', async () => {
    const room = await alice.createRoom({ name: 'old', preset: 'public_chat' });
    await bob.join(room);
    const next = syncer(bob, filtered({ room: { timeline: { limit: 1 } } }));
    await next();
    await bob.leave(room);
    await next();
    await alice.setState(room, 'm.room.name', { name: 'new' });
    await bob.join(room);
    const told = inRoom(await next(), room);
    expect(told.state?.find(({ type }) => type === 'm.room.name')?.content).to.deep.equal({ name: 'new' });
    expect(typesOf(told.state)).to.include('m.room.create');
  });

  it('goes on where the client was when somebody left and came back between two syncs', async () => {
    const room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
    const next = syncer(bob);
    await next();
    await bob.leave(room);
    await bob.join(room);
    const reply = await next();
    expect(places(reply, room)).to.deep.equal(['join']);
    expect(inRoom(reply, room).timeline.events.map(({ content }) => content['membership'])).to.deep.equal(['leave', 'join']);
  });

  it('has left rooms in an initial sync only when they are wanted and not forgotten', async () => {
    const room = await alice.createRoom({ name: 'then', preset: 'public_chat' });
    await bob.join(room);
    await bob.leave(room);
    await alice.setState(room, 'm.room.name', { name: 'now' });
    const archived = filtered({ room: { include_leave: true, timeline: { limit: 1 } } });
    expect(places(await bob.sync(), room)).to.deep.equal([]);
    const told = inRoom(await bob.sync(archived), room, 'leave');
    expect(told.state?.find(({ type }) => type === 'm.room.name')?.content).to.deep.equal({ name: 'then' });
    expect(told.timeline.events.map(({ content }) => content['membership'])).to.deep.equal(['leave']);
    await post(bob, room, 'forget');
    expect(places(await bob.sync(archived), room)).to.deep.equal([]);
  });

  it('tells only that it was left of a room that was left and forgotten between two syncs', async () => {
    const room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
    const next = syncer(bob);
    await next();
    await alice.send(room, 'before');
    await bob.leave(room);
    await post(bob, room, 'forget');
    const reply = await next();
    expect(places(reply, room)).to.deep.equal(['leave']);
    expect(inRoom(reply, room, 'leave').timeline.events.map(({ content }) => content)).to.deep.equal([{ membership: 'leave' }]);
    expect(places(await next(), room)).to.deep.equal([]);
  });

  it('shows a knock with the stripped state', async () => {
    const room = await alice.createRoom({
      name: 'door',
      initial_state: [{ type: 'm.room.join_rules', state_key: '', content: { join_rule: 'knock' } }],
    });
    const next = syncer(bob);
    await next();
    await bob.request('POST', `/_matrix/client/v3/knock/${encodeURIComponent(room)}`, {});
    const reply = await next();
    expect(places(reply, room)).to.deep.equal(['knock']);
    expect(typesOf(strippedIn(reply, room, 'knock'))).to.include.members(['m.room.create', 'm.room.name', 'm.room.member']);
  });

  it('shows no invite to who wants none, not even an old one', async () => {
    const erin = await server.user('erin');
    const room = await alice.createRoom({ invite: [erin.userId] });
    const path = `/_matrix/client/v3/user/${encodeURIComponent(erin.userId)}/account_data/m.invite_permission_config`;
    await erin.request('PUT', path, { default_action: 'block' });
    expect(places(await erin.sync(), room)).to.deep.equal([]);
    await erin.request('PUT', path, {});
    expect(places(await erin.sync(), room)).to.deep.equal(['invite']);
  });

  it('shows neither invites nor messages of ignored users, but their state events', async () => {
    const [carol, room] = [await server.user('carol'), await alice.createRoom({ preset: 'public_chat' })];
    await carol.join(room);
    const path = `/_matrix/client/v3/user/${encodeURIComponent(carol.userId)}/account_data/m.ignored_user_list`;
    await carol.request('PUT', path, { ignored_users: { [alice.userId]: {} } });
    const next = syncer(carol);
    await next();
    const invited = await alice.createRoom({ invite: [carol.userId] });
    await alice.send(room, 'unheard');
    await alice.setState(room, 'm.room.topic', { topic: 'seen' });
    const reply = await next();
    expect(places(reply, invited)).to.deep.equal([]);
    expect(typesOf(inRoom(reply, room).timeline.events)).to.deep.equal(['m.room.topic']);
  });
});
