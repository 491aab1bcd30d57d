import { expect } from 'chai';
import { boot, expectError, TestUser, type TestServer } from '../../src/testing/index.ts';
import { pathOf, type SeenEvent } from './room-reading.ts';

const START = Date.UTC(2026, 0, 1);

describe('An event as clients see it', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  before(async () => {
    server = await boot({ clock: 'fake' });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());

  const get = async (who: TestUser, room: string, eventId: string): Promise<SeenEvent> =>
    (await who.request('GET', `${pathOf(room)}/event/${encodeURIComponent(eventId)}`)) as unknown as SeenEvent;
  const redact = async (who: TestUser, room: string, eventId: string): Promise<string> =>
    (await who.request('PUT', `${pathOf(room)}/redact/${encodeURIComponent(eventId)}/x${eventId}`, { reason: 'spam' }))['event_id'] as string;

  it('has an age, and the transaction id for the device that sent it', async () => {
    const room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
    const eventId = await alice.send(room, 'hello');
    await server.advance(5_000);
    const seen = await get(alice, room, eventId);
    expect(seen).to.include({ event_id: eventId, room_id: room, type: 'm.room.message', sender: alice.userId });
    expect(seen).to.not.have.property('state_key');
    expect(seen.content).to.deep.equal({ msgtype: 'm.text', body: 'hello' });
    expect(seen.unsigned).to.include({ age: 5_000, membership: 'join' });
    expect(seen.unsigned['transaction_id']).to.be.a('string');
    expect((await get(bob, room, eventId)).unsigned).to.not.have.property('transaction_id');
    const login = { type: 'm.login.password', identifier: { type: 'm.id.user', user: 'dora' }, password: 'correct horse' };
    await server.request('POST', '/_matrix/client/v3/register', { username: 'dora', password: 'correct horse', auth: { type: 'm.login.dummy' } });
    const devices = [1, 2].map(async () => {
      const account = (await server.request('POST', '/_matrix/client/v3/login', login)) as Record<string, string>;
      return new TestUser({
        url: server.url,
        userId: account['user_id'] as TestUser['userId'],
        deviceId: account['device_id'] as TestUser['deviceId'],
        accessToken: account['access_token'] ?? '',
      });
    });
    const [phone, laptop] = (await Promise.all(devices)) as [TestUser, TestUser];
    await phone.join(room);
    const fromPhone = await phone.send(room, 'from the phone');
    expect((await get(phone, room, fromPhone)).unsigned).to.have.property('transaction_id');
    expect((await get(laptop, room, fromPhone)).unsigned).to.not.have.property('transaction_id');
  });

  it('says what a state event took the place of', async () => {
    const room = await alice.createRoom({});
    const first = await alice.setState(room, 'm.room.topic', { topic: 'one' });
    const second = await alice.setState(room, 'm.room.topic', { topic: 'two' });
    expect((await get(alice, room, first)).unsigned).to.not.have.any.keys('prev_content', 'replaces_state');
    expect((await get(alice, room, second)).unsigned).to.deep.include({ prev_content: { topic: 'one' }, replaces_state: first });
  });

  it('keeps earlier content from those who may not see it', async () => {
    const hidden = { type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'joined' } };
    const room = await alice.createRoom({ preset: 'public_chat', topic: 'secret', initial_state: [hidden] });
    await bob.join(room);
    const topic = await alice.setState(room, 'm.room.topic', { topic: 'known' });
    expect((await get(alice, room, topic)).unsigned['prev_content']).to.have.property('topic', 'secret');
    const seen = (await get(bob, room, topic)).unsigned;
    expect(seen).to.have.property('replaces_state');
    expect(seen).to.not.have.property('prev_content');
  });

  it("tells the viewer's membership at the time", async () => {
    const room = await alice.createRoom({});
    const before = await alice.send(room, 'before');
    await alice.invite(room, bob);
    const invited = await alice.send(room, 'invited');
    await bob.join(room);
    await bob.request('PUT', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/state/m.room.member/${bob.userId}`, {
      membership: 'join',
      displayname: 'Bobby',
    });
    const joined = await alice.send(room, 'joined');
    const membershipAt = async (who: TestUser, eventId: string): Promise<unknown> => (await get(who, room, eventId)).unsigned['membership'];
    expect([await membershipAt(bob, before), await membershipAt(bob, invited), await membershipAt(bob, joined)]).to.deep.equal([
      'leave',
      'invite',
      'join',
    ]);
    const messages = (await bob.messages(room)) as unknown as SeenEvent[];
    const own = messages.filter((event) => event.state_key === bob.userId).map((event) => event.unsigned['membership']);
    expect(own).to.deep.equal(['join', 'join', 'invite']);
  });

  for (const version of ['10', '12']) {
    it(`names what redacts it, in room version ${version}`, async () => {
      const room = await alice.createRoom({ room_version: version });
      const eventId = await alice.send(room, 'bad words');
      const redaction = await redact(alice, room, eventId);
      const seen = await get(alice, room, eventId);
      expect(seen.content).to.deep.equal({});
      const because = seen.unsigned['redacted_because'] as SeenEvent;
      for (const shown of [because, await get(alice, room, redaction)]) {
        expect(shown).to.include({ type: 'm.room.redaction', event_id: redaction, redacts: eventId });
        expect(shown.content).to.deep.include({ redacts: eventId, reason: 'spam' });
      }
    });
  }
});

describe("A room's state and members", () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let room: string;
  before(async () => {
    server = await boot({ clock: 'fake' });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
    room = await alice.createRoom({ name: 'here', preset: 'public_chat' });
  });
  after(() => server.close());

  it('is read whole, or one piece at a time', async () => {
    await alice.setState(room, 'org.example.thing', { keyed: true }, 'a/b c');
    const state = (await alice.request('GET', `${pathOf(room)}/state`)) as unknown as SeenEvent[];
    expect(state.map((event) => event.type)).to.include.members(['m.room.create', 'm.room.member', 'm.room.power_levels', 'm.room.name']);
    expect(state.every((event) => event.room_id === room && event.state_key !== undefined)).to.equal(true);
    for (const path of ['m.room.name', 'm.room.name/']) {
      expect(await alice.request('GET', `${pathOf(room)}/state/${path}`)).to.deep.equal({ name: 'here' });
    }
    expect(await alice.getState(room, 'org.example.thing', 'a/b c')).to.deep.equal({ keyed: true });
    const event = (await alice.request('GET', `${pathOf(room)}/state/m.room.name?format=event`)) as unknown as SeenEvent;
    expect(event).to.include({ type: 'm.room.name', state_key: '', sender: alice.userId });
    await expectError(alice.getState(room, 'm.room.name', 'other'), 404, 'M_NOT_FOUND');
    await expectError(alice.request('GET', `${pathOf(room)}/state/m.room.name?format=xml`), 400, 'M_INVALID_PARAM');
  });

  it('is read whole where it has more events than are read at once, and no member where none is wanted', async () => {
    const initial = Array.from({ length: 250 }, (_, number) => ({ type: 'org.example.large', state_key: `"${number}"`, content: { number } }));
    const large = await alice.createRoom({ initial_state: initial });
    const state = (await alice.request('GET', `${pathOf(large)}/state`)) as unknown as SeenEvent[];
    const keys = state.filter(({ type }) => type === 'org.example.large').map((event) => event.state_key);
    expect(keys.toSorted()).to.deep.equal(initial.map((event) => event.state_key).toSorted());
    expect(new Set(state.map((event) => event.event_id)).size)
      .to.be.greaterThan(250)
      .and.to.equal(state.length);
    expect(await alice.request('GET', `${pathOf(large)}/members?membership=ban`)).to.deep.equal({ chunk: [] });
  });

  it('lists members by membership, now and at an earlier time', async () => {
    const members = async (query = ''): Promise<string[][]> => {
      const { chunk } = (await alice.request('GET', `${pathOf(room)}/members${query}`)) as unknown as { chunk: SeenEvent[] };
      return chunk.map((event) => [event.state_key ?? '', event.content['membership'] as string]).toSorted();
    };
    const { end } = (await alice.request('GET', `${pathOf(room)}/messages?dir=b&limit=0`)) as { end: string };
    await bob.join(room);
    const joined = [
      [alice.userId, 'join'],
      [bob.userId, 'join'],
    ];
    expect(await members()).to.deep.equal(joined);
    expect(await members(`?at=${end}`)).to.deep.equal([[alice.userId, 'join']]);
    expect(await members('?at=s0'), 'before the room').to.deep.equal([[alice.userId, 'join']]);
    expect((await alice.request('GET', `${pathOf(room)}/joined_members`))['joined']).to.have.all.keys(alice.userId, bob.userId);
    await bob.leave(room);
    expect(await members('?membership=join')).to.deep.equal([[alice.userId, 'join']]);
    expect(await members('?not_membership=join')).to.deep.equal([[bob.userId, 'leave']]);
    expect(await members('?membership=join&not_membership=ban')).to.have.length(2);
    await expectError(members('?membership=friend'), 400, 'M_INVALID_PARAM');
    await expectError(bob.request('GET', `${pathOf(room)}/joined_members`), 403, 'M_FORBIDDEN');
  });

  it('finds the event nearest to a time', async () => {
    const place = await alice.createRoom({});
    const made = [];
    for (let n = 0; n < 3; n++) {
      await server.advance(60_000);
      made.push(await alice.send(place, `minute ${n}`));
    }
    const events = (await alice.request('GET', `${pathOf(place)}/messages?dir=b&limit=3`))['chunk'] as { origin_server_ts: number }[];
    const times = events.map((event) => event.origin_server_ts).toReversed() as [number, number, number];
    const nearest = async (ts: number, dir: string): Promise<unknown> =>
      (await alice.request('GET', `${pathOf(place, 'v1')}/timestamp_to_event?ts=${ts}&dir=${dir}`))['event_id'];
    expect(await nearest(times[1], 'f')).to.equal(made[1]);
    expect(await nearest(times[1], 'b')).to.equal(made[1]);
    expect(await nearest(times[1] + 1, 'f')).to.equal(made[2]);
    expect(await nearest(times[1] - 1, 'b')).to.equal(made[0]);
    await expectError(nearest(times[2] + 1, 'f'), 404, 'M_NOT_FOUND');
    await expectError(nearest(START - 1, 'b'), 404, 'M_NOT_FOUND');
    await expectError(nearest(Number.NaN, 'b'), 400, 'M_INVALID_PARAM');
  });
});
