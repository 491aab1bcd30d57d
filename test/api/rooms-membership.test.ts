import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { v3 } from './v3.ts';

describe('Membership of rooms', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let carol: TestUser;

  before(async () => {
    server = await boot();
    [alice, bob, carol] = [await server.user('alice'), await server.user('bob'), await server.user('carol')];
  });
  after(() => server.close());

  const act = (who: TestUser, action: string, room: string, target?: TestUser, reason?: string) =>
    who.request('POST', v3('rooms', room, action), { ...(target && { user_id: target.userId }), ...(reason && { reason }) });
  const knock = (who: TestUser, room: string) => who.request('POST', v3('knock', room), {});
  const isIn = async (who: TestUser, room: string) => ((await who.request('GET', v3('joined_rooms')))['joined_rooms'] as string[]).includes(room);

  it('lets those in who were invited, and nobody else', async () => {
    const room = await alice.createRoom();
    await expectError(bob.join(room), 403, 'M_FORBIDDEN');
    await alice.invite(room, bob);
    expect(await bob.join(room)).to.equal(room);
    expect(await bob.join(room), 'joining again').to.equal(room);
    expect(await isIn(bob, room)).to.equal(true);
    await expectError(alice.invite(room, bob), 403, 'M_FORBIDDEN');
    await expectError(carol.invite(room, bob), 403, 'M_FORBIDDEN');
  });

  it('writes what else a request to join says into the member event, but not over what the server says there', async () => {
    const room = await alice.createRoom({ preset: 'public_chat' });
    const body = { reason: 'why not', 'org.example.bot': true, membership: 'ban', join_authorised_via_users_server: alice.userId };
    await bob.request('POST', v3('join', room), body);
    const content = await bob.request('GET', v3('rooms', room, 'state', 'm.room.member', bob.userId));
    expect(content).to.include({ membership: 'join', reason: 'why not', 'org.example.bot': true });
    expect(content).to.not.have.property('join_authorised_via_users_server');
  });

  it('lets users leave, twice if they like, and reject invitations', async () => {
    const room = await alice.createRoom({ invite: [bob.userId] });
    await bob.leave(room);
    await bob.leave(room);
    await expectError(bob.join(room), 403, 'M_FORBIDDEN');
    await expectError(carol.leave(room), 403, 'M_FORBIDDEN');
  });

  it('kicks who is there or invited, and nobody else', async () => {
    const room = await alice.createRoom({ preset: 'public_chat', invite: [carol.userId] });
    await bob.join(room);
    await expectError(act(bob, 'kick', room, carol), 403, 'M_FORBIDDEN');
    await act(alice, 'kick', room, bob, 'telling bad jokes');
    expect(await isIn(bob, room)).to.equal(false);
    await expectError(act(alice, 'kick', room, bob), 403, 'M_FORBIDDEN');
    await act(alice, 'kick', room, carol);
    await bob.join(room);
  });

  it('bans until the ban is lifted', async () => {
    const room = await alice.createRoom({ preset: 'public_chat' });
    await act(alice, 'ban', room, bob);
    await act(alice, 'ban', room, bob);
    await expectError(bob.join(room), 403, 'M_FORBIDDEN');
    await expectError(alice.invite(room, bob), 403, 'M_FORBIDDEN');
    await expectError(act(alice, 'kick', room, bob), 403, 'M_FORBIDDEN');
    await act(alice, 'unban', room, bob);
    await expectError(act(alice, 'unban', room, bob), 403, 'M_BAD_STATE');
    await bob.join(room);
  });

  it('lets users knock where the room says so', async () => {
    const closed = await alice.createRoom();
    await expectError(knock(bob, closed), 403, 'M_FORBIDDEN');
    const room = await alice.createRoom({ initial_state: [{ type: 'm.room.join_rules', content: { join_rule: 'knock' } }] });
    expect(await knock(bob, room)).to.deep.equal({ room_id: room });
    await bob.leave(room);
    await knock(bob, room);
    await expectError(bob.join(room), 403, 'M_FORBIDDEN');
    await alice.invite(room, bob);
    await expectError(knock(bob, room), 403, 'M_FORBIDDEN');
    await bob.join(room);
    await expectError(knock(carol, '#nowhere:localhost'), 404, 'M_NOT_FOUND');
  });

  for (const joinRule of ['restricted', 'knock_restricted']) {
    it(`opens a room to the members of another (${joinRule})`, async () => {
      const club = await alice.createRoom({ preset: 'public_chat' });
      const room = await alice.createRoom({
        initial_state: [{ type: 'm.room.join_rules', content: { join_rule: joinRule, allow: [{ type: 'm.room_membership', room_id: club }] } }],
      });
      await expectError(bob.join(room), 403, 'M_FORBIDDEN');
      await bob.join(club);
      await bob.join(room);
      await alice.invite(room, carol);
      await carol.join(room);
      await alice.leave(room);
      await bob.leave(room);
      // Carol may invite, as everybody may in a private chat, so she can let Bob in as well.
      await bob.join(room);
    });
  }

  it('forgets only what was left', async () => {
    const room = await alice.createRoom();
    const refusal = await expectError(act(alice, 'forget', room), 400, 'M_UNKNOWN');
    expect(refusal.message).to.contain('leave it');
    await alice.leave(room);
    await act(alice, 'forget', room);
    await act(alice, 'forget', room);
  });

  it('says clearly what it cannot reach', async () => {
    const room = await alice.createRoom();
    await expectError(alice.invite(room, '@dan:far.example'), 403, 'M_FORBIDDEN');
    await alice.invite(room, '@nobody.yet:localhost');
    await expectError(alice.invite(room, 'dan'), 400, 'M_INVALID_PARAM');
    await expectError(alice.join('!room:far.example'), 404, 'M_NOT_FOUND');
    await expectError(alice.join('#room:far.example'), 404, 'M_NOT_FOUND');
    await expectError(alice.join('room'), 400, 'M_INVALID_PARAM');
    await expectError(alice.join('!room:localhost'), 404, 'M_NOT_FOUND');
  });

  it('respects those who block invitations', async () => {
    const room = await alice.createRoom();
    const setting = v3('user', bob.userId, 'account_data', 'm.invite_permission_config');
    await bob.request('PUT', setting, { default_action: 'block' });
    await expectError(alice.invite(room, bob), 403, 'M_INVITE_BLOCKED');
    await expectError(alice.setState(room, 'm.room.member', { membership: 'invite' }, bob.userId), 403, 'M_INVITE_BLOCKED');
    await expectError(alice.createRoom({ invite: [bob.userId] }), 403, 'M_INVITE_BLOCKED');
    await bob.request('PUT', setting, {});
    await alice.invite(room, bob);
  });

  it('changes memberships set as state under the same rules', async () => {
    const room = await alice.createRoom();
    const set = (who: TestUser, membership: string, target: TestUser, more = {}) =>
      who.setState(room, 'm.room.member', { membership, ...more }, target.userId);
    await expectError(set(bob, 'join', bob), 403, 'M_FORBIDDEN');
    const invitation = await set(alice, 'invite', bob);
    expect(await set(alice, 'invite', bob), 'the same again').to.equal(invitation);
    await expectError(set(alice, 'join', bob), 403, 'M_FORBIDDEN');
    await set(bob, 'join', bob, { displayname: 'Bob here' });
    await expectError(set(bob, 'ban', alice), 403, 'M_FORBIDDEN');
    await set(alice, 'ban', bob);
    await set(alice, 'leave', bob);
    await expectError(set(alice, 'elsewhere', bob), 400, 'M_BAD_JSON');
    await expectError(alice.setState(room, 'm.room.member', { membership: 'invite' }, 'bob'), 400, 'M_INVALID_PARAM');
  });
});
