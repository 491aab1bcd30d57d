import { expect } from 'chai';
import type { ModuleApi } from '../../src/modules/public.ts';
import type { SyncReply, TestServer, TestUser } from '../../src/testing/index.ts';
import { refusal, withApi } from './with-api.ts';

const V3 = '/_matrix/client/v3';

describe('what modules can do with rooms and presence', () => {
  let server: TestServer, api: ModuleApi;
  let alice: TestUser, bob: TestUser;
  before(async () => {
    class Renames {
      constructor(_config: unknown, other: ModuleApi) {
        other.registerThirdPartyRulesCallbacks({
          on_create_room(_requester, content) {
            if (content['room_alias_name'] === 'wanted') content['room_alias_name'] = 'given';
          },
        });
      }
    }
    ({ server, api } = await withApi({ modules: [{ module: Renames }] }));
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());

  it('deleteRoom empties a room, and leaves nothing of it', async () => {
    const { roomId } = await api.createRoom(alice.userId, { preset: 'public_chat' });
    await bob.join(roomId);
    await api.deleteRoom(roomId);
    await server.idle();
    expect(await refusal(api.deleteRoom(roomId))).to.include({ errcode: 'M_NOT_FOUND' });
    expect(await refusal(bob.join(roomId))).to.include({ errcode: 'M_NOT_FOUND' });
  });

  it('updateRoomMembership changes every kind of membership', async () => {
    await api.setDisplayname(bob.userId, 'Bob');
    const { roomId } = await api.createRoom(alice.userId, { preset: 'private_chat', initial_state: [knockRule] });
    const change = async (sender: TestUser, target: TestUser, membership: string, content?: object): Promise<unknown> =>
      (await api.updateRoomMembership(sender.userId, target.userId, roomId, membership, content as never)).content;
    expect(await change(bob, bob, 'knock', { reason: 'please' })).to.include({ membership: 'knock', reason: 'please' });
    expect(await change(alice, bob, 'invite')).to.include({ membership: 'invite' });
    expect(await change(bob, bob, 'join')).to.include({ membership: 'join', displayname: 'Bob' });
    expect(await change(alice, bob, 'kick', { reason: 'out' })).to.include({ membership: 'leave', reason: 'out' });
    expect(await change(alice, bob, 'ban')).to.include({ membership: 'ban' });
    expect(await change(alice, bob, 'unban')).to.include({ membership: 'leave' });
    expect(await refusal(change(bob, bob, 'join'))).to.include({ errcode: 'M_FORBIDDEN' });
    expect(await refusal(change(alice, bob, 'nonsense'))).to.include({ errcode: 'M_BAD_JSON' });
  });

  it('updateRoomMembership acts for users of this server only, in rooms that are here', async () => {
    const join = (sender: string, ...hosts: string[]): Promise<unknown> =>
      refusal(api.updateRoomMembership(sender, sender, '!elsewhere:example.org', 'join', {}, hosts));
    expect(await join(alice.userId)).to.include({ errcode: 'M_NOT_FOUND' });
    expect(await join(alice.userId, 'example.org'))
      .to.include({ errcode: 'M_NOT_FOUND' })
      .and.property('message')
      .match(/example\.org.*federate/);
    expect(await join('@carol:example.org')).to.include({ errcode: 'M_NOT_FOUND' });
  });

  it('createRoom tells the alias that the room was given in the end', async () => {
    expect(await api.createRoom(alice.userId, { room_alias_name: 'wanted' })).to.include({ roomAlias: '#given:localhost' });
    expect(await api.createRoom(alice.userId, {})).to.include({ roomAlias: undefined });
  });

  it('getCanonicalRoomAlias tells how a room wants to be known', async () => {
    const { roomId } = await api.createRoom(alice.userId, { room_alias_name: 'known' });
    expect(await api.getCanonicalRoomAlias(roomId)).to.equal('#known:localhost');
    await alice.request('PUT', `${V3}/rooms/${roomId}/state/m.room.canonical_alias`, {});
    expect(await api.getCanonicalRoomAlias(roomId)).to.equal(undefined);
    expect(await api.getCanonicalRoomAlias('!unknown:localhost')).to.equal(undefined);
  });

  it('getJoinedUserOf says by whom a server is in a room', async () => {
    const { roomId } = await api.createRoom(alice.userId, { preset: 'public_chat' });
    expect(await api.getJoinedUserOf(roomId, 'localhost')).to.equal(alice.userId);
    for (const other of ['example.org', 'ost', 'LOCALHOST', 'localhost:8448', '%', ''])
      expect(await api.getJoinedUserOf(roomId, other)).to.equal(undefined);
    await alice.leave(roomId);
    expect(await api.getJoinedUserOf(roomId, 'localhost')).to.equal(undefined);
    expect(await api.getJoinedUserOf('!unknown:localhost', 'localhost')).to.equal(undefined);
  });

  it('getJoinedUserOf takes no port for a server', async () => {
    const other = await withApi({ config: { server_name: 'example.org:8448' } });
    const carol = await other.server.user('carol');
    const { roomId } = await other.api.createRoom(carol.userId, {});
    expect(await other.api.getJoinedUserOf(roomId, 'example.org:8448')).to.equal('@carol:example.org:8448');
    for (const name of ['8448', 'example.org', 'org:8448']) expect(await other.api.getJoinedUserOf(roomId, name)).to.equal(undefined);
    await other.server.close();
  });

  it('setPresenceForUsers is seen by those who share a room', async () => {
    const roomId = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(roomId);
    const presenceOfBob = (): Promise<unknown> => alice.request('GET', `${V3}/presence/${bob.userId}/status`);
    await api.setPresenceForUsers({ [bob.userId]: ['unavailable', 'at lunch'], [alice.userId]: ['online'] });
    expect(await presenceOfBob()).to.include({ presence: 'unavailable', status_msg: 'at lunch' });
    await api.setPresenceForUsers({ [bob.userId]: ['offline', null] });
    expect(await presenceOfBob())
      .to.include({ presence: 'offline' })
      .and.not.to.have.property('status_msg');
    expect(await refusal(api.setPresenceForUsers({ [bob.userId]: ['busy'] }))).to.include({ errcode: 'M_INVALID_PARAM' });
    expect(await refusal(api.setPresenceForUsers({ '@none:localhost': ['online'] }))).to.include({ errcode: 'M_NOT_FOUND' });
  });
  it('sendLocalOnlinePresenceTo tells once more who is online', async () => {
    const roomId = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(roomId);
    await api.setPresenceForUsers({ [bob.userId]: ['online', 'again'] });
    const first = await alice.sync({ set_presence: 'offline' });
    const next = (): Promise<SyncReply> => alice.sync({ set_presence: 'offline', since: first.next_batch });
    expect(JSON.stringify((await next())['presence'] ?? {})).not.to.contain('again');
    await api.sendLocalOnlinePresenceTo([alice.userId]);
    expect(JSON.stringify((await next())['presence']))
      .to.contain('again')
      .and.contain(bob.userId);
  });
});

const knockRule = { type: 'm.room.join_rules', state_key: '', content: { join_rule: 'knock' } };
