import { expect } from 'chai';
import { ClientPrefix, EventType, JoinRule, Method, Preset, RestrictedAllowType, RoomCreateTypeField, RoomType, Visibility } from 'matrix-js-sdk';
import { RoomHierarchy } from 'matrix-js-sdk/lib/room-hierarchy.js';
import { boot, type TestServer } from '../../src/testing/index.ts';
import { ChatClient } from './chat-client.ts';
import { tameClients } from './tame-clients.ts';

const PASSWORD = 'a long secret';

/** One story, told in steps: each goes on from where the one before ended. */
describe('a journey from room to room, with matrix-js-sdk', function () {
  this.timeout(30_000);
  tameClients();

  let server: TestServer;
  let alice: ChatClient;
  let bob: ChatClient;
  let space: string;
  let lobby: string;
  let members: string;
  let closed: string;
  before(async () => {
    server = await boot();
    for (const name of ['alice', 'bob']) await ChatClient.register(server.url, name, PASSWORD);
    [alice, bob] = await Promise.all([ChatClient.logIn(server.url, 'alice', PASSWORD), ChatClient.logIn(server.url, 'bob', PASSWORD)]);
  });
  after(async () => {
    alice?.client.stopClient();
    bob?.client.stopClient();
    await server.close();
  });

  const roomOf = async (name: string, preset: Preset, joinRules?: object): Promise<string> => {
    const initial = joinRules === undefined ? [] : [{ type: EventType.RoomJoinRules, state_key: '', content: joinRules }];
    return (await alice.client.createRoom({ name, preset, initial_state: initial })).room_id;
  };
  const membershipOf = (client: ChatClient, room: string, userId: string): string | undefined =>
    client.client.getRoom(room)?.getMember(userId)?.membership;

  it('a space is made of a public room, one for members of the space, and one to knock at', async () => {
    const creation = { [RoomCreateTypeField]: RoomType.Space };
    const made = await alice.client.createRoom({ name: 'The house', preset: Preset.PublicChat, creation_content: creation });
    space = made.room_id;
    lobby = await roomOf('Lobby', Preset.PublicChat);
    members = await roomOf('Lounge', Preset.PrivateChat, {
      join_rule: JoinRule.Restricted,
      allow: [{ type: RestrictedAllowType.RoomMembership, room_id: space }],
    });
    closed = await roomOf('Office', Preset.PrivateChat, { join_rule: JoinRule.Knock });
    for (const [index, child] of [lobby, members, closed].entries()) {
      await alice.client.sendStateEvent(space, EventType.SpaceChild, { via: ['localhost'], order: `${index}`, suggested: index === 0 }, child);
    }
    await alice.until('the space', () => alice.client.getRoom(space)?.currentState.getStateEvents(EventType.SpaceChild).length === 3);
    expect(alice.room(space).isSpaceRoom()).to.equal(true);
  });

  it('somebody who is told of a room by a link sees what it is before joining', async () => {
    const { client } = bob;
    const summary = await client.getRoomSummary(space);
    expect(summary).to.include({ room_id: space, name: 'The house', num_joined_members: 1, join_rule: 'public', room_type: 'm.space' });
    const { name, membership } = summary;
    const paths = [
      [`${ClientPrefix.V1}/room_summary`, ''],
      [`${ClientPrefix.Unstable}/im.nheko.summary/rooms`, '/summary'],
    ] as const;
    for (const [prefix, rest] of paths) {
      const path = `/${encodeURIComponent(space)}${rest}`;
      expect(await client.http.authedRequest(Method.Get, path, {}, undefined, { prefix, priority: 'auto' }), path).to.include({ name, membership });
    }
    const refusal = await client.getRoomSummary('!nowhere:localhost').catch((error: { errcode?: string }) => error.errcode);
    expect(refusal).to.equal('M_NOT_FOUND');
  });

  it('the rooms of the space are listed page by page', async () => {
    await bob.client.joinRoom(space);
    await bob.until('the space', () => bob.client.getRoom(space)?.getMyMembership() === 'join');
    const hierarchy = new RoomHierarchy(bob.room(space), 2);
    await hierarchy.load();
    expect([hierarchy.rooms?.map(({ name }) => name), hierarchy.canLoadMore]).to.deep.equal([['The house', 'Lobby'], true]);
    while (hierarchy.canLoadMore) await hierarchy.load();
    expect(hierarchy.rooms?.map(({ name }) => name)).to.deep.equal(['The house', 'Lobby', 'Lounge', 'Office']);
    expect(hierarchy.isSuggested(space, lobby)).to.equal(true);
    expect(hierarchy.roomMap.get(members)?.join_rule).to.equal('restricted');
  });

  it('a member of the space joins the room for members, and who is none may not', async () => {
    await bob.client.joinRoom(members);
    await alice.until('bob', () => membershipOf(alice, members, bob.userId) === 'join');
    const { event } = alice.room(members).getMember(bob.userId)?.events.member ?? {};
    expect(event?.content).to.include({ join_authorised_via_users_server: alice.userId });
    await ChatClient.register(server.url, 'carol', PASSWORD);
    const carol = await ChatClient.logIn(server.url, 'carol', PASSWORD);
    const refusal = await carol.client.joinRoom(members).catch((error: { errcode?: string }) => error.errcode);
    expect(refusal).to.equal('M_FORBIDDEN');
    carol.client.stopClient();
  });

  it('one knocks, takes it back, knocks again, and is let in', async () => {
    await bob.client.knockRoom(closed, { reason: 'It is me' });
    await alice.until('the knock', () => membershipOf(alice, closed, bob.userId) === 'knock');
    expect(alice.room(closed).getMember(bob.userId)?.events.member?.getContent()['reason']).to.equal('It is me');
    await bob.until('having knocked', () => bob.client.getRoom(closed)?.getMyMembership() === 'knock');
    expect(bob.room(closed).name).to.equal('Office');
    await bob.client.leave(closed);
    for (const each of [alice, bob]) await each.until('nobody at the door', () => membershipOf(each, closed, bob.userId) === 'leave');
    await bob.client.knockRoom(closed);
    await alice.until('the second knock', () => membershipOf(alice, closed, bob.userId) === 'knock');
    await alice.client.invite(closed, bob.userId);
    await bob.until('the invitation', () => bob.room(closed).getMyMembership() === 'invite');
    await bob.client.joinRoom(closed);
    await alice.until('bob', () => membershipOf(alice, closed, bob.userId) === 'join');
  });

  it('both see which rooms they share', async () => {
    expect(await alice.client._unstable_getSharedRooms(bob.userId)).to.have.members([space, members, closed]);
  });

  it('what was said is found, newest first and page by page, by those who may see it', async () => {
    for (let number = 1; number <= 12; number++) await alice.client.sendTextMessage(closed, `Agenda number ${number}`);
    await alice.client.sendTextMessage(lobby, 'An agenda that bob has not seen');
    const results = await bob.client.searchRoomEvents({ term: 'agenda' });
    expect([results.count, results.results.length, results.highlights]).to.deep.equal([12, 10, ['agenda']]);
    await bob.client.backPaginateRoomEventsSearch(results);
    const found = results.results.map(({ context }) => String(context.getEvent().getContent()['body']));
    expect(found).to.deep.equal(Array.from({ length: 12 }, (_, index) => `Agenda number ${12 - index}`));
    expect(results.next_batch).to.equal(undefined);
    const around = results.results[5]?.context.getTimeline().map((event) => String(event.getContent()['body']));
    expect(around).to.deep.equal(['Agenda number 6', 'Agenda number 7', 'Agenda number 8']);
    expect((await bob.client.searchRoomEvents({ term: 'agenda', filter: { rooms: [members] } })).results).to.deep.equal([]);
  });

  it('a room is upgraded, and leads to the one that replaces it', async () => {
    const { replacement_room: successor } = await alice.client.upgradeRoom(closed, '11');
    const tombstone = await bob.until('the tombstone', () => bob.room(closed).currentState.getStateEvents(EventType.RoomTombstone, ''));
    expect(tombstone.getContent()['replacement_room']).to.equal(successor);
    await alice.client.invite(successor, bob.userId);
    await bob.client.joinRoom(successor);
    await bob.until('the new room', () => bob.client.getRoom(successor)?.getMyMembership() === 'join');
    expect(bob.room(successor).findPredecessor()?.roomId).to.equal(closed);
    expect(bob.client.getRoomUpgradeHistory(successor, true).map(({ roomId }) => roomId)).to.deep.equal([closed, successor]);
    expect(bob.room(successor).name).to.equal('Office');
    const refusal = await bob.client.sendTextMessage(closed, 'too late').catch((error: { errcode?: string }) => error.errcode);
    expect(refusal).to.equal('M_FORBIDDEN');
  });

  it('who leaves a room and forgets it has it in no list', async () => {
    await alice.client.setRoomDirectoryVisibility(lobby, Visibility.Public);
    await bob.client.joinRoom(lobby);
    await bob.client.leave(lobby);
    await bob.client.forget(lobby);
    expect(bob.client.getRoom(lobby)).to.equal(null);
    expect((await bob.client.getJoinedRooms()).joined_rooms).to.not.include(lobby);
    expect((await bob.client.publicRooms({})).chunk.map(({ room_id: id }) => id)).to.deep.equal([lobby]);
  });
});
