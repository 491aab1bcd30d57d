import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { bodiesOf, pathOf, type SeenEvent } from './room-reading.ts';

const V3 = '/_matrix/client/v3';

interface RoomInfo extends Json {
  readonly room_id: string;
  readonly membership?: string;
  readonly messages: { readonly start?: string; readonly end: string; readonly chunk: readonly SeenEvent[] };
  readonly state: readonly SeenEvent[];
}
interface Stream {
  readonly start: string;
  readonly end: string;
  readonly chunk: readonly SeenEvent[];
}

describe('what clients used before /sync', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  before(async () => {
    server = await boot();
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());

  const worldReadable = { type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'world_readable' } };
  const roomSync = async (user: TestUser, room: string): Promise<RoomInfo> =>
    (await user.request('GET', `${pathOf(room)}/initialSync`)) as unknown as RoomInfo;
  const stream = async (user: TestUser, query: Readonly<Record<string, string>> = {}): Promise<Stream> =>
    (await user.request('GET', `${V3}/events?${new URLSearchParams(query).toString()}`)) as unknown as Stream;

  describe('events/{eventId}', () => {
    it('finds an event of whatever room, for those who may see it', async () => {
      const room = await alice.createRoom();
      const eventId = await alice.send(room, 'hello');
      const path = `${V3}/events/${encodeURIComponent(eventId)}`;
      expect(await alice.request('GET', path)).to.include({ event_id: eventId, room_id: room });
      await expectError(bob.request('GET', path), 404, 'M_NOT_FOUND');
      await expectError(alice.request('GET', `${V3}/events/$nothing`), 404, 'M_NOT_FOUND');
    });
  });

  describe('rooms/{roomId}/initialSync', () => {
    it('shows a room to its members, with what is their own of it', async () => {
      const room = await alice.createRoom({ preset: 'public_chat', name: 'Here', visibility: 'public' });
      for (let count = 0; count < 21; count++) await alice.send(room, `message ${count}`);
      await alice.request('PUT', `${V3}/user/${alice.userId}/rooms/${encodeURIComponent(room)}/tags/u.work`, { order: 1 });
      const info = await roomSync(alice, room);
      expect(info).to.deep.include({ room_id: room, membership: 'join', visibility: 'public' });
      expect(bodiesOf(info.messages.chunk)).to.deep.equal(Array.from({ length: 20 }, (_, index) => `message ${index + 1}`));
      expect(info.state.map(({ type }) => type)).to.include.members(['m.room.create', 'm.room.name', 'm.room.member']);
      expect(info['account_data']).to.deep.equal([{ type: 'm.tag', content: { tags: { 'u.work': { order: 1 } } } }]);
      const older = await alice.request('GET', `${pathOf(room)}/messages?dir=b&limit=1&from=${info.messages.start ?? ''}`);
      expect(bodiesOf(older['chunk'])).to.deep.equal(['message 0']);
    });

    it('shows it as it was to those who left', async () => {
      const room = await alice.createRoom({ preset: 'public_chat', name: 'Before' });
      await bob.join(room);
      await bob.leave(room);
      await alice.setState(room, 'm.room.name', { name: 'After' });
      const info = await roomSync(bob, room);
      expect(info).to.include({ membership: 'leave' });
      expect(info.state.find(({ type }) => type === 'm.room.name')?.content).to.deep.equal({ name: 'Before' });
      expect(info.messages.chunk.at(-1)).to.include({ type: 'm.room.member', state_key: bob.userId });
    });

    it('lets everybody look into a world-readable room, and nobody else into others', async () => {
      const [open, shut] = [await alice.createRoom({ initial_state: [worldReadable] }), await alice.createRoom()];
      await alice.send(open, 'for all');
      const info = await roomSync(bob, open);
      expect(info).to.not.have.property('membership');
      expect(bodiesOf(info.messages.chunk)).to.deep.equal(['for all']);
      await expectError(roomSync(bob, shut), 403, 'M_FORBIDDEN');
      await expectError(roomSync(bob, '!nothing:localhost'), 403, 'M_FORBIDDEN');
    });
  });

  describe('initialSync', () => {
    it('tells of all rooms, data and presence, and where to go on', async () => {
      const user = await server.user('carol');
      const [joined, left, invited, blocked] = [
        await alice.createRoom({ preset: 'public_chat', name: 'Joined' }),
        await alice.createRoom({ preset: 'public_chat' }),
        await alice.createRoom(),
        await alice.createRoom(),
      ];
      for (const room of [joined, left]) await user.join(room);
      await user.leave(left);
      await alice.invite(invited, user);
      await bob.request('PUT', `${V3}/presence/${bob.userId}/status`, { presence: 'online' });
      for (const text of ['one', 'two', 'three']) await alice.send(joined, text);
      await user.request('PUT', `${V3}/user/${user.userId}/account_data/org.example`, { a: 1 });
      const reply = await user.request('GET', `${V3}/initialSync?limit=2`);
      const rooms = reply['rooms'] as RoomInfo[];
      expect(rooms.map(({ room_id: id, membership }) => [id, membership])).to.have.deep.members([
        [joined, 'join'],
        [invited, 'invite'],
      ]);
      const info = rooms.find(({ room_id: id }) => id === joined);
      expect(bodiesOf(info?.messages.chunk)).to.deep.equal(['two', 'three']);
      expect(info?.messages.chunk[0]).to.include({ room_id: joined });
      expect(info?.state.find(({ type }) => type === 'm.room.name')).to.deep.include({ room_id: joined, content: { name: 'Joined' } });
      expect(info).to.include({ visibility: 'private' });
      expect(rooms.find(({ room_id: id }) => id === invited)?.['invite']).to.include({ state_key: user.userId, room_id: invited });
      expect(reply['account_data']).to.deep.include({ type: 'org.example', content: { a: 1 } });
      expect(reply['presence']).to.be.an('array');
      const archived = (await user.request('GET', `${V3}/initialSync?archived=true`))['rooms'] as RoomInfo[];
      expect(archived.map(({ room_id: id, membership }) => [id, membership])).to.deep.include([left, 'leave']);
      await alice.send(joined, 'four');
      expect(bodiesOf((await stream(user, { from: String(reply['end']) })).chunk)).to.deep.equal(['four']);
      await user.request('PUT', `${V3}/user/${user.userId}/account_data/m.ignored_user_list`, { ignored_users: { [alice.userId]: {} } });
      await alice.invite(blocked, user);
      const unwanted = (await user.request('GET', `${V3}/initialSync`))['rooms'] as RoomInfo[];
      expect(unwanted.map(({ room_id: id }) => id)).to.deep.equal([joined]);
    });
  });

  describe('events', () => {
    it('tells what comes, page by page, and where to go on', async () => {
      const user = await server.user('dave');
      const room = await alice.createRoom({ preset: 'public_chat' });
      await user.join(room);
      const { end: from, chunk } = await stream(user);
      expect(chunk).to.deep.equal([]);
      await alice.send(room, 'one');
      await alice.send(await alice.createRoom(), 'elsewhere');
      await user.send(room, 'two');
      const first = await stream(user, { from });
      expect(first.start).to.equal(from);
      expect(bodiesOf(first.chunk)).to.deep.equal(['one', 'two']);
      expect((await stream(user, { from: first.end })).chunk).to.deep.equal([]);
      await expectError(stream(user, { from: 'nonsense' }), 400, 'M_INVALID_PARAM');
    });

    it('waits for them', async () => {
      const user = await server.user('erin');
      const room = await alice.createRoom({ preset: 'public_chat' });
      await user.join(room);
      const { end: from } = await stream(user);
      const waiting = stream(user, { from, timeout: '30000' });
      await alice.send(room, 'at last');
      expect(bodiesOf((await waiting).chunk)).to.deep.equal(['at last']);
    });

    it('tells of invitations, but not of unwanted ones, and of being removed', async () => {
      const user = await server.user('frank');
      const { end: from } = await stream(user);
      const room = await alice.createRoom();
      await alice.invite(room, user);
      const invited = await stream(user, { from });
      expect(invited.chunk.map(({ content }) => content['membership'])).to.deep.equal(['invite']);
      await user.join(room);
      const joined = await stream(user, { from: invited.end });
      await alice.send(room, 'in');
      await alice.kick(room, user);
      await alice.send(room, 'behind their back');
      const { chunk, end } = await stream(user, { from: joined.end });
      expect(bodiesOf(chunk)).to.deep.equal(['in']);
      expect(chunk.at(-1)?.content['membership']).to.equal('leave');
      await user.request('PUT', `${V3}/user/${user.userId}/account_data/m.ignored_user_list`, { ignored_users: { [alice.userId]: {} } });
      await alice.invite(await alice.createRoom(), user);
      expect((await stream(user, { from: end })).chunk).to.deep.equal([]);
    });

    it('lets everybody, guests too, watch a world-readable room, and nobody else others', async () => {
      const [open, shut] = [await alice.createRoom({ initial_state: [worldReadable] }), await alice.createRoom()];
      const { access_token: token } = (await server.request('POST', `${V3}/register?kind=guest`, {})) as { access_token: string };
      const watch = async (room: string, query = ''): Promise<{ status: number; body: Stream }> => {
        const path = `${V3}/events?room_id=${encodeURIComponent(room)}${query}`;
        const response = await fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });
        return { status: response.status, body: (await response.json()) as Stream };
      };
      const { body } = await watch(open);
      const waiting = watch(open, `&from=${body.end}&timeout=30000`);
      await alice.send(open, 'seen');
      expect(bodiesOf((await waiting).body.chunk)).to.deep.equal(['seen']);
      expect((await watch(shut)).status).to.equal(403);
    });
  });
});
