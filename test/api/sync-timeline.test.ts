import { expect } from 'chai';
import type { RoomId } from '../../src/core/identifiers.ts';
import type { Requester } from '../../src/kernel/requester.ts';
import { sendEvent } from '../../src/operations/rooms/send-event.ts';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { bodies, filtered, inRoom, roomsIn, syncer, typesOf } from './sync-reply.ts';

describe('GET /sync: timeline and state', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  before(async () => {
    server = await boot();
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());

  /** A public room with both users. */
  async function sharedRoom(): Promise<string> {
    const room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
    return room;
  }

  async function say(user: TestUser, room: string, ...texts: string[]): Promise<void> {
    for (const text of texts) await user.send(room, text);
  }

  it('tells a new device everything, and afterwards what is new', async () => {
    const room = await alice.createRoom({ name: 'hello' });
    const first = await alice.sync();
    expect(inRoom(first, room).timeline.events.map(({ type }) => type)).to.include.members(['m.room.create', 'm.room.member', 'm.room.name']);
    expect(inRoom(first, room).timeline.limited).to.equal(false);
    const eventId = await alice.send(room, 'hi');
    const next = await alice.sync({ since: first.next_batch });
    expect(inRoom(next, room).timeline.events.map((event) => event.event_id)).to.deep.equal([eventId]);
    expect(inRoom(next, room).state).to.deep.equal([]);
    const keys = { device_one_time_keys_count: { signed_curve25519: 0 }, device_unused_fallback_key_types: [] };
    expect(await alice.sync({ since: next.next_batch })).to.deep.equal({ next_batch: next.next_batch, ...keys });
  });

  it('tells at most as many events as the filter allows, with the state before them', async () => {
    const room = await alice.createRoom({ name: 'first' });
    await say(alice, room, 'one', 'two');
    await alice.setState(room, 'm.room.name', { name: 'second' });
    await say(alice, room, 'three');
    const { timeline, state } = inRoom(await alice.sync(filtered({ room: { timeline: { limit: 3 } } })), room);
    expect(timeline.limited).to.equal(true);
    expect(timeline.events.map(({ content }) => content['body'] ?? content['name'])).to.deep.equal(['two', 'second', 'three']);
    expect(state?.find(({ type }) => type === 'm.room.name')?.content['name']).to.equal('first');
    expect(typesOf(state)).to.include.members(['m.room.create', 'm.room.member', 'm.room.power_levels', 'm.room.join_rules']);
  });

  it('tells of no events, but of the state, to a client that wants none', async () => {
    const room = await alice.createRoom({ name: 'quiet' });
    await say(alice, room, 'one');
    const { timeline, state } = inRoom(await alice.sync(filtered({ room: { timeline: { limit: 0 } } })), room);
    expect(timeline).to.include({ limited: true });
    expect(timeline.events).to.deep.equal([]);
    expect(typesOf(state)).to.include.members(['m.room.create', 'm.room.name']);
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=1&from=${timeline.prev_batch}`;
    const page = (await alice.request('GET', path)) as { chunk: { content: { body?: string } }[] };
    expect(page.chunk[0]?.content.body).to.equal('one');
  });

  it('begins prev_batch where the timeline begins', async () => {
    const room = await alice.createRoom();
    await say(alice, room, 'one', 'two', 'three');
    const next = syncer(alice, filtered({ room: { timeline: { limit: 2 } } }));
    const { timeline } = inRoom(await next(), room);
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=1&from=${timeline.prev_batch}`;
    const page = (await alice.request('GET', path)) as { chunk: { content: { body?: string } }[] };
    expect(bodies(timeline.events)).to.deep.equal(['two', 'three']);
    expect(page.chunk.map(({ content }) => content.body)).to.deep.equal(['one']);
  });

  it('tells in a gap what became of the state', async () => {
    const room = await sharedRoom();
    const next = syncer(bob, filtered({ room: { timeline: { limit: 2 } } }));
    await next();
    await alice.setState(room, 'm.room.topic', { topic: 'old' });
    await alice.setState(room, 'm.room.topic', { topic: 'new' });
    await say(alice, room, 'one', 'two');
    const { timeline, state } = inRoom(await next(), room);
    expect(timeline.limited).to.equal(true);
    expect(bodies(timeline.events)).to.deep.equal(['one', 'two']);
    expect(state?.map(({ content }) => content)).to.deep.equal([{ topic: 'new' }]);
  });

  it('tells no state twice when nothing is left out', async () => {
    const room = await sharedRoom();
    const next = syncer(bob);
    await next();
    await alice.setState(room, 'm.room.topic', { topic: 'new' });
    const { timeline, state } = inRoom(await next(), room);
    expect([typesOf(timeline.events), timeline.limited, state]).to.deep.equal([['m.room.topic'], false, []]);
    expect(timeline.events[0]?.unsigned).to.include({ membership: 'join' });
  });

  it('tells the state at the end of the timeline in state_after', async () => {
    const room = await sharedRoom();
    const next = syncer(bob, { use_state_after: 'true', ...filtered({ room: { timeline: { limit: 1 } } }) });
    const first = inRoom(await next(), room);
    expect(first.state).to.equal(undefined);
    expect(typesOf(first.stateAfter)).to.include.members(['m.room.create', 'm.room.member']);
    await alice.setState(room, 'm.room.topic', { topic: 'new' });
    expect(inRoom(await next(), room).stateAfter?.map(({ content }) => content)).to.deep.equal([{ topic: 'new' }]);
    await say(alice, room, 'one');
    expect(inRoom(await next(), room).stateAfter).to.deep.equal([]);
  });

  it('tells all state with full_state, and keeps the timeline to what is new', async () => {
    const room = await sharedRoom();
    const { next_batch } = await bob.sync();
    await say(alice, room, 'one');
    const { timeline, state } = inRoom(await bob.sync({ since: next_batch, full_state: 'true', timeout: '30000' }), room);
    expect(bodies(timeline.events)).to.deep.equal(['one']);
    expect(typesOf(state)).to.include.members(['m.room.create', 'm.room.member', 'm.room.power_levels']);
    const idle = await alice.createRoom();
    const since = (await alice.sync()).next_batch;
    expect(typesOf(inRoom(await alice.sync({ since, full_state: 'true' }), idle).state)).to.include('m.room.create');
  });

  it('marks an event with the transaction id for the device that sent it', async () => {
    const room = await sharedRoom();
    const { next_batch: since } = await alice.sync();
    await say(alice, room, 'mine');
    const unsignedFor = async (user: TestUser): Promise<object> => inRoom(await user.sync({ since }), room).timeline.events[0]?.unsigned ?? {};
    expect(await unsignedFor(alice)).to.have.property('transaction_id');
    expect(await unsignedFor(bob)).not.to.have.property('transaction_id');
  });

  it('tells a redacted event in its redacted form', async () => {
    const room = await sharedRoom();
    const next = syncer(bob);
    await next();
    const eventId = await alice.send(room, 'secret');
    await alice.request('PUT', `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/redact/${encodeURIComponent(eventId)}/t`, {});
    const [event, redaction] = inRoom(await next(), room).timeline.events;
    expect([event?.content, redaction?.type]).to.deep.equal([{}, 'm.room.redaction']);
    expect(event?.unsigned).to.have.property('redacted_because');
  });

  it('shows what a shadow-banned user sends to nobody else', async () => {
    const room = await sharedRoom();
    const [forAlice, forBob] = [syncer(alice), syncer(bob)];
    await forAlice();
    await forBob();
    const banned: Requester = {
      origin: 'client',
      ip: '127.0.0.1',
      userAgent: '',
      userId: bob.userId,
      deviceId: bob.deviceId,
      tokenId: undefined,
      isGuest: false,
      isAdmin: false,
      shadowBanned: true,
      appServiceId: undefined,
    };
    await server.run(sendEvent, banned, { roomId: room as RoomId, type: 'm.room.message', content: { body: 'spam' }, txnId: 'x' });
    await say(alice, room, 'hello');
    expect(bodies(inRoom(await forAlice(), room).timeline.events)).to.deep.equal(['hello']);
    expect(bodies(inRoom(await forBob(), room).timeline.events)).to.deep.equal(['spam', 'hello']);
  });

  describe('filters', () => {
    const cases: readonly { readonly title: string; readonly timeline: object; readonly shown: readonly (string | undefined)[] }[] = [
      { title: 'types', timeline: { types: ['m.room.message'] }, shown: ['from alice', 'from bob', 'last'] },
      { title: 'wildcards', timeline: { types: ['m.room.m*age'] }, shown: ['from alice', 'from bob', 'last'] },
      { title: 'senders', timeline: { senders: ['@bob:localhost'] }, shown: ['from bob'] },
      { title: 'what is excluded', timeline: { not_types: ['m.room.topic'], not_senders: ['@bob:localhost'] }, shown: ['from alice', 'last'] },
      { title: 'the limit over what is filtered out', timeline: { types: ['m.room.message'], limit: 2 }, shown: ['from bob', 'last'] },
      { title: 'nothing at all', timeline: { types: [] }, shown: [] },
    ];
    let room: string;
    let since: string;
    before(async () => {
      room = await sharedRoom();
      since = (await alice.sync()).next_batch;
      await say(alice, room, 'from alice');
      await say(bob, room, 'from bob');
      await alice.setState(room, 'm.room.topic', { topic: 'news' });
      await say(alice, room, 'last');
    });

    for (const { title, timeline, shown } of cases) {
      it(`heeds ${title}`, async () => {
        const reply = await alice.sync({ since, ...filtered({ room: { timeline } }) });
        const told = inRoom(reply, room);
        expect(bodies(told.timeline.events)).to.deep.equal(shown);
        // A change of state that the timeline leaves out is told all the same.
        expect(told.state?.map(({ content }) => content)).to.deep.equal([{ topic: 'news' }]);
      });
    }

    it('heeds the filter of the state', async () => {
      const reply = await alice.sync(filtered({ room: { timeline: { limit: 1 }, state: { types: ['m.room.topic', 'm.room.create'] } } }));
      expect(typesOf(inRoom(reply, room).state)).to.have.members(['m.room.topic', 'm.room.create']);
    });

    it('leaves out rooms', async () => {
      for (const filter of [{ room: { not_rooms: [room] } }, { room: { rooms: [] } }]) {
        expect(roomsIn(await alice.sync(filtered(filter)), 'join')).not.to.have.property(room);
      }
      const only = await alice.sync(filtered({ room: { rooms: [room] } }));
      expect(Object.keys(roomsIn(only, 'join'))).to.deep.equal([room]);
    });

    it('reduces events to the wanted fields', async () => {
      const reply = await alice.sync({ since, ...filtered({ event_fields: ['content.body'] }) });
      expect(inRoom(reply, room).timeline.events.at(-1)).to.deep.equal({ content: { body: 'last' } });
    });

    it('gives events in the format of the federation', async () => {
      const reply = await alice.sync({ since, ...filtered({ event_format: 'federation' }) });
      expect(inRoom(reply, room).timeline.events.at(-1)).to.include.keys('hashes', 'signatures', 'prev_events', 'auth_events', 'depth');
    });
  });

  it('counts members, and names heroes where the room has no name', async () => {
    const room = await sharedRoom();
    const next = syncer(bob);
    const members = (joined: number, invited: number): object => ({ 'm.joined_member_count': joined, 'm.invited_member_count': invited });
    expect(inRoom(await next(), room).summary).to.deep.equal({ 'm.heroes': ['@alice:localhost'], ...members(2, 0) });
    await say(alice, room, 'one');
    expect(inRoom(await next(), room).summary).to.equal(undefined);
    await alice.invite(room, '@carol:localhost');
    expect(inRoom(await next(), room).summary).to.deep.equal({ 'm.heroes': ['@alice:localhost', '@carol:localhost'], ...members(2, 1) });
    await alice.setState(room, 'm.room.name', { name: 'named' });
    expect(inRoom(await next(), room).summary).to.deep.equal(members(2, 1));
  });
});
