import { expect } from 'chai';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpResponseError, type ModuleApi } from '../../src/modules/public.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { refusal, withApi } from './with-api.ts';

describe('what modules can do', () => {
  let server: TestServer, api: ModuleApi;
  let alice: TestUser, bob: TestUser;
  before(async () => {
    class NoSecrets {
      constructor(_config: unknown, other: ModuleApi) {
        other.registerSpamCheckerCallbacks({
          check_event_for_spam: (event) => JSON.stringify(event.content).includes('secret') && 'no secrets',
          user_may_invite: (_inviter, invitee) => !invitee.startsWith('@nobody'),
          user_may_create_room: (_user, config) => config['name'] !== 'forbidden',
        });
      }
    }
    ({ server, api } = await withApi({ modules: [{ module: NoSecrets }] }));
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());

  describe('accounts', () => {
    it('ids', () => {
      expect(api.serverName).to.equal('localhost');
      expect(api.getQualifiedUserId('alice')).to.equal('@alice:localhost');
      expect(api.getQualifiedUserId('@carol:elsewhere')).to.equal('@carol:elsewhere');
      expect(['@alice:localhost', '#x:localhost', '@carol:elsewhere', 'nonsense'].map((id) => api.isMine(id))).to.deep.equal([
        true,
        true,
        false,
        false,
      ]);
    });

    it('who exists, and what is known of them', async () => {
      expect(await api.checkUserExists('@ALICE:localhost')).to.equal('@alice:localhost');
      expect(await api.checkUserExists('@none:localhost')).to.equal(undefined);
      expect(await api.getUserinfoById('@alice:localhost')).to.include({
        userId: '@alice:localhost',
        isAdmin: false,
        isDeactivated: false,
        isGuest: false,
      });
      expect(await api.getUserinfoById('nonsense')).to.equal(undefined);
    });

    it('new accounts and devices', async () => {
      expect(await api.registerUser('carol', 'Carol')).to.equal('@carol:localhost');
      expect(await api.getProfileForUser('carol')).to.deep.equal({ displayName: 'Carol', avatarUrl: undefined });
      expect(await refusal(api.registerUser('carol'))).to.include({ errcode: 'M_USER_IN_USE' });
      const device = await api.registerDevice('@carol:localhost', 'PHONE', 'a phone');
      expect(device).to.include({ deviceId: 'PHONE' });
      const whoAmI = await fetch(`${server.url}/_matrix/client/v3/account/whoami`, { headers: { authorization: `Bearer ${device.accessToken}` } });
      expect(await whoAmI.json()).to.include({ user_id: '@carol:localhost', device_id: 'PHONE' });
      expect(await refusal(api.registerDevice('@none:localhost'))).to.include({ errcode: 'M_NOT_FOUND' });
    });

    it('display names, in their rooms as well', async () => {
      const room = await bob.createRoom();
      await api.setDisplayname(bob.userId, 'Robert');
      await server.idle();
      expect(await api.getProfileForUser(bob.userId)).to.include({ displayName: 'Robert' });
      expect(await bob.getState(room, 'm.room.member', bob.userId)).to.include({ displayname: 'Robert' });
    });

    it('pictures', async () => {
      await api.setAvatarUrl(bob.userId, 'mxc://localhost/bob');
      expect(await api.getProfileForUser(bob.userId)).to.include({ avatarUrl: 'mxc://localhost/bob' });
      expect(await refusal(api.setAvatarUrl('@none:localhost', 'mxc://localhost/none'))).to.include({ errcode: 'M_NOT_FOUND' });
    });

    it('all of them, page by page', async () => {
      const { userId: guest } = await server.guest();
      const all = await api.listUsers();
      const ids = all.map(({ userId }) => userId);
      expect(ids).to.deep.equal(ids.toSorted()).and.to.include.members([alice.userId, bob.userId, guest]);
      expect(all.find(({ userId }) => userId === guest)?.isGuest).to.equal(true);
      const [first] = await api.listUsers({ limit: 1 });
      expect([first, ...(await api.listUsers({ after: first?.userId ?? '' }))]).to.deep.equal(all);
    });

    it('administrators', async () => {
      expect(await api.isUserAdmin(bob.userId)).to.equal(false);
      await api.setUserAdmin(bob.userId, true);
      expect(await api.isUserAdmin(bob.userId)).to.equal(true);
      await api.setUserAdmin(bob.userId, false);
      expect(await refusal(api.setUserAdmin('@none:localhost', true))).to.include({ errcode: 'M_NOT_FOUND' });
    });

    it('account data', async () => {
      await api.accountDataManager.putGlobal(alice.userId, 'org.example', { a: { b: 1 } });
      const content = await api.accountDataManager.getGlobal(alice.userId, 'org.example');
      expect(content).to.deep.equal({ a: { b: 1 } });
      expect(Object.isFrozen(content?.['a'])).to.equal(true);
      expect(await api.accountDataManager.getGlobal(alice.userId, 'none')).to.equal(undefined);
      expect(await alice.request('GET', `/_matrix/client/v3/user/${alice.userId}/account_data/org.example`)).to.deep.equal({ a: { b: 1 } });
      expect(await refusal(api.accountDataManager.getGlobal('@carol:elsewhere', 'x'))).to.be.instanceOf(Error);
    });

    it('direct chats', async () => {
      const { addDirectRoom } = api.accountDataManager;
      const rooms = ['!one:localhost', '!two:localhost', '!one:localhost'];
      await Promise.all(rooms.map((room) => addDirectRoom(alice.userId, bob.userId, room)));
      await addDirectRoom(alice.userId, '@carol:localhost', '!three:localhost');
      const direct = await alice.getAccountData('m.direct');
      expect(direct[bob.userId]).to.have.members(rooms.slice(0, 2)).and.have.length(2);
      expect(direct['@carol:localhost']).to.deep.equal(['!three:localhost']);
      expect(await refusal(addDirectRoom('@carol:elsewhere', bob.userId, '!one:localhost'))).to.be.instanceOf(Error);
    });
  });

  describe('rooms', () => {
    it('makes rooms, changes memberships and sends', async () => {
      const { roomId, roomAlias } = await api.createRoom(alice.userId, { name: 'made', room_alias_name: 'made', invite: [bob.userId] });
      expect(roomAlias).to.equal('#made:localhost');
      expect(await api.lookupRoomAlias('#made:localhost')).to.deep.equal({ roomId, servers: ['localhost'] });
      expect(await refusal(api.lookupRoomAlias('#none:localhost'))).to.include({ errcode: 'M_NOT_FOUND' });
      const joined = await api.updateRoomMembership(bob.userId, bob.userId, roomId, 'join');
      expect(joined).to.include({ type: 'm.room.member', sender: bob.userId, stateKey: bob.userId, membership: 'join', roomId });
      const sent = await api.createAndSendEventIntoRoom({
        type: 'm.room.message',
        room_id: roomId,
        sender: bob.userId,
        content: { msgtype: 'm.text', body: 'hi' },
      });
      expect((await alice.messages(roomId))[0]).to.deep.include({ event_id: sent.eventId, content: { msgtype: 'm.text', body: 'hi' } });
      const topic = await api.createAndSendEventIntoRoom({
        type: 'm.room.topic',
        room_id: roomId,
        sender: alice.userId,
        content: { topic: 'x' },
        state_key: '',
      });
      expect(topic.isState()).to.equal(true);
      const kicked = await api.updateRoomMembership(alice.userId, bob.userId, roomId, 'leave', { reason: 'out' });
      expect(kicked.content).to.include({ membership: 'leave', reason: 'out' });
    });

    it('sends a message once that has a name', async () => {
      const { roomId } = await api.createRoom(alice.userId, {});
      const send = (body: string, txnId: string): Promise<{ readonly eventId: string }> =>
        api.createAndSendEventIntoRoom({
          type: 'm.room.message',
          room_id: roomId,
          sender: alice.userId,
          content: { msgtype: 'm.text', body },
          txn_id: txnId,
        });
      const first = await send('once', 'greeting');
      expect((await send('twice', 'greeting')).eventId).to.equal(first.eventId);
      await send('other', 'another');
      const bodies = (await alice.messages(roomId)).filter(({ type }) => type === 'm.room.message').map(({ content }) => content['body']);
      expect(bodies).to.deep.equal(['other', 'once']);
    });

    it('passes the other modules and the rules of the room', async () => {
      const { roomId } = await api.createRoom(alice.userId, {});
      const send = (body: string, sender: string): Promise<unknown> =>
        api.createAndSendEventIntoRoom({ type: 'm.room.message', room_id: roomId, sender, content: { msgtype: 'm.text', body } });
      expect(await refusal(send('a secret', alice.userId))).to.include({ status: 403, message: 'no secrets' });
      expect(await refusal(send('hi', bob.userId))).to.include({ status: 403, errcode: 'M_FORBIDDEN' });
      expect(await refusal(send('hi', '@none:localhost'))).to.include({ errcode: 'M_NOT_FOUND' });
      expect(await refusal(api.createRoom(alice.userId, { name: 'forbidden' }))).to.include({ errcode: 'M_FORBIDDEN' });
      await api.registerUser('nobody');
      expect(await refusal(api.updateRoomMembership(alice.userId, '@nobody:localhost', roomId, 'invite'))).to.include({ errcode: 'M_FORBIDDEN' });
    });

    it('publishes rooms, and takes them back', async () => {
      const roomId = await alice.createRoom({ name: 'listed', preset: 'public_chat' });
      const manager = api.publicRoomListManager;
      expect(await manager.roomIsInPublicRoomList(roomId)).to.equal(false);
      await manager.addRoomToPublicRoomList(roomId);
      expect(await manager.roomIsInPublicRoomList(roomId)).to.equal(true);
      expect(JSON.stringify(await bob.request('GET', '/_matrix/client/v3/publicRooms'))).to.contain(roomId);
      await manager.removeRoomFromPublicRoomList(roomId);
      expect(await manager.roomIsInPublicRoomList(roomId)).to.equal(false);
      expect(await manager.roomIsInPublicRoomList('!unknown:localhost')).to.equal(false);
      expect(await refusal(manager.addRoomToPublicRoomList('!unknown:localhost'))).to.include({ errcode: 'M_NOT_FOUND' });
    });

    it('reads state by key, by filter and as a whole', async () => {
      const roomId = await alice.createRoom({ name: 'state', topic: 'x' });
      const state = await api.getRoomState(roomId);
      expect((await state.get('m.room.name'))?.content).to.deep.equal({ name: 'state' });
      expect(await state.get('m.room.avatar')).to.equal(undefined);
      expect([await state.has('m.room.member', alice.userId), await state.has('m.room.member', bob.userId)]).to.deep.equal([true, false]);
      const types: string[] = [];
      for await (const [type] of state) types.push(type);
      expect(types).to.include.members(['m.room.create', 'm.room.name', 'm.room.topic', 'm.room.member']);
      const part = await api.getRoomState(roomId, [['m.room.name', '']]);
      expect([await part.has('m.room.name'), await part.has('m.room.topic')]).to.deep.equal([true, false]);
      const found = await api.getStateEventsInRoom(roomId, [
        ['m.room.topic', ''],
        ['m.room.avatar', ''],
      ]);
      expect(found.map((event) => event.content['topic'])).to.deep.equal(['x']);
      expect(await api.getStateEventsInRoom(roomId, [['m.room.member', null]])).to.have.length(1);
      const nowhere = await api.getRoomState('!unknown:localhost');
      expect(await nowhere.has('m.room.create')).to.equal(false);
    });
  });

  describe('keeping things', () => {
    it('by key, of its own', async () => {
      expect(await api.store.get('a')).to.equal(undefined);
      await api.store.set('a', { deep: [1, null, 'x'] });
      expect(await api.store.get('a')).to.deep.equal({ deep: [1, null, 'x'] });
      expect(await api.store.update('a', (old) => [old ?? 0])).to.deep.equal([{ deep: [1, null, 'x'] }]);
      expect(await api.store.update('a', () => undefined)).to.equal(undefined);
      expect(await api.store.get('a')).to.equal(undefined);
      await api.store.set('b', 1);
      expect([await api.store.delete('b'), await api.store.delete('b')]).to.deep.equal([true, false]);
      expect(await refusal(api.store.set('c', Promise.resolve(1) as unknown as number))).to.be.instanceOf(TypeError);
    });

    it('lists by prefix, page by page', async () => {
      for (const key of ['x/1', 'x/2', 'x/3', 'y', 'x']) await api.store.set(key, key);
      expect((await api.store.list({ prefix: 'x/' })).map(({ value }) => value)).to.deep.equal(['x/1', 'x/2', 'x/3']);
      expect((await api.store.list({ prefix: 'x/', after: 'x/1', limit: 1 })).map(({ key }) => key)).to.deep.equal(['x/2']);
      expect(await api.store.list()).to.have.length(5);
    });
  });

  describe('asking other servers', () => {
    let other: Server, url: string;
    before(async () => {
      other = createServer((request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          response.statusCode = request.url === '/teapot' ? 418 : 200;
          response.end(
            JSON.stringify({ method: request.method, url: request.url, type: request.headers['content-type'], body, x: request.headers['x-test'] }),
          );
        });
      });
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    });
    after(() => void other.close());

    it('refuses private addresses', async () => {
      expect(String(await refusal(api.httpClient.getJson(url)))).to.match(/private address/);
    });

    it('speaks JSON where it is allowed to', async () => {
      const allowed = await withApi({ config: { outgoing: { allow_addresses: ['127.0.0.0/8'] } } });
      const client = allowed.api.httpClient;
      expect(await client.getJson(`${url}/a?b=1`, { c: ['2', '3'] }, { 'x-test': 'y' })).to.include({ method: 'GET', url: '/a?b=1&c=2&c=3', x: 'y' });
      expect(await client.postJsonGetJson(`${url}/a`, { p: 1 })).to.include({ method: 'POST', body: '{"p":1}', type: 'application/json' });
      expect(await client.putJson(`${url}/a`, [1])).to.include({ method: 'PUT', body: '[1]' });
      expect(await client.postUrlencodedGetJson(`${url}/a`, { q: 'x y' })).to.include({ body: 'q=x+y', type: 'application/x-www-form-urlencoded' });
      expect((await client.getRaw(`${url}/a`)).length).to.be.greaterThan(10);
      const teapot = await refusal(client.getJson(`${url}/teapot`));
      expect(teapot).to.be.instanceOf(HttpResponseError).and.include({ status: 418 });
      await allowed.server.close();
    });
  });

  it('shows its numbers among those of the server', async () => {
    api.metrics.counter('caught', 'What was caught', ['kind']).inc({ kind: 'x' });
    const metrics = await (await fetch(`${server.url}/_synapse/metrics`)).text();
    expect(metrics).to.contain('plexus_module_hands_caught{kind="x"} 1');
  });

  it('may act while it is asked, and waits for the outcome', async () => {
    let other: ModuleApi | undefined;
    class Welcomes {
      constructor(_config: unknown, given: ModuleApi) {
        other = given;
        given.registerThirdPartyRulesCallbacks({
          async check_event_allowed(event) {
            if (event.type !== 'm.room.name' || event.content['name'] === 'first') return true;
            await given.createAndSendEventIntoRoom({
              type: 'm.room.topic',
              room_id: event.roomId,
              sender: event.sender,
              content: { topic: 'named' },
              state_key: '',
            });
            return true;
          },
        });
      }
    }
    const own = await boot({ modules: [{ module: Welcomes }] });
    const user = await own.user('alice');
    const room = await user.createRoom({ name: 'first' });
    await user.setState(room, 'm.room.name', { name: 'second' });
    expect(await user.getState(room, 'm.room.topic')).to.deep.equal({ topic: 'named' });
    expect(await user.getState(room, 'm.room.name')).to.deep.equal({ name: 'second' });
    expect(other).not.to.equal(undefined);
    await own.close();
  });

  it('is stopped when it asks for ever', async () => {
    class Endless {
      constructor(_config: unknown, given: ModuleApi) {
        given.registerSpamCheckerCallbacks({
          async check_event_for_spam(event) {
            if (event.type !== 'm.room.message') return false;
            await given.createAndSendEventIntoRoom({
              type: 'm.room.message',
              room_id: event.roomId,
              sender: event.sender,
              content: { body: 'again' },
            });
            return false;
          },
        });
      }
    }
    const own = await boot({ modules: [{ module: Endless }] });
    const user = await own.user('alice');
    const room = await user.createRoom();
    await expectError(user.send(room, 'x'), 500, 'M_UNKNOWN');
    await own.close();
  });
});
