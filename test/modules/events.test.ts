import { expect } from 'chai';
import { verifyEvent } from '../../src/core/event-signatures.ts';
import type { ServerName } from '../../src/core/identifiers.ts';
import { DEFAULT_ROOM_VERSION, roomVersion, type RoomVersion } from '../../src/core/room-versions.ts';
import type { ModuleEvent } from '../../src/modules/public.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { publishedKeys } from '../support/signed-request.ts';
import { moduleWith } from './module-with.ts';

const V3 = '/_matrix/client/v3';
type Json = Record<string, unknown>;

/** The first event that fits, wherever it stands in a reply. */
function find(reply: unknown, fits: (event: Json) => boolean): Json | undefined {
  if (typeof reply !== 'object' || reply === null) return undefined;
  if (!Array.isArray(reply) && fits(reply as Json)) return reply as Json;
  for (const part of Object.values(reply)) {
    const found = find(part, fits);
    if (found !== undefined) return found;
  }
  return undefined;
}

describe('events and modules', () => {
  let server: TestServer;
  let alice: TestUser, bob: TestUser, room: string;
  let seen: (readonly [callback: string, event: ModuleEvent])[] = [];
  let stored: ModuleEvent[] = [];
  let judge: (event: ModuleEvent) => boolean | string | Promise<boolean | string> = () => false;
  let allow: (event: ModuleEvent, topic: unknown) => boolean | [boolean, object] = () => true;

  before(async () => {
    const module = moduleWith((api) => {
      api.registerSpamCheckerCallbacks({
        check_event_for_spam(event) {
          seen.push(['spam', event]);
          return judge(event);
        },
      });
      api.registerThirdPartyRulesCallbacks({
        async check_event_allowed(event, state) {
          seen.push(['allowed', event]);
          return allow(event, (await state.get('m.room.topic', ''))?.content['topic']);
        },
        on_new_event: (event) => void stored.push(event),
      });
    });
    server = await boot({ modules: [{ module }] });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  beforeEach(async () => {
    [judge, allow] = [() => false, () => true];
    room = await alice.createRoom({ preset: 'public_chat', topic: 'the topic' });
    [seen, stored] = [[], []];
  });
  after(() => server.close());

  const inRoom = (user: TestUser, method: string, rest: string, body?: unknown): Promise<Json> =>
    user.request(method, `${V3}/rooms/${encodeURIComponent(room)}/${rest}`, body);

  /** Each road by which a user makes an event, and the type of the event. */
  const roads: Readonly<Record<string, readonly [type: string, act: () => Promise<unknown>]>> = {
    'a message': ['m.room.message', () => alice.send(room, 'hi')],
    state: ['m.room.name', () => alice.setState(room, 'm.room.name', { name: 'x' })],
    'an invitation': ['m.room.member', () => alice.invite(room, bob)],
    'a join': ['m.room.member', () => bob.join(room)],
    'a membership set as state': ['m.room.member', () => alice.setState(room, 'm.room.member', { membership: 'invite' }, '@carol:localhost')],
    'a departure': ['m.room.member', () => alice.leave(room)],
    'a ban': ['m.room.member', () => alice.ban(room, bob)],
    'the creation of a room': ['m.room.create', () => alice.createRoom()],
    'an upgrade': ['m.room.tombstone', () => inRoom(alice, 'POST', 'upgrade', { new_version: '11' })],
    'a new display name': [
      'm.room.member',
      () => alice.request('PUT', `${V3}/profile/${alice.userId}/displayname`, { displayname: `A${Math.floor(performance.now())}` }),
    ],
  };
  for (const [road, [type, act]] of Object.entries(roads)) {
    it(`are shown to modules on the road of ${road}`, async () => {
      await act();
      await server.idle();
      const about = seen.filter(([, event]) => event.type === type);
      expect(about.map(([callback]) => callback).slice(0, 2)).to.deep.equal(['allowed', 'spam']);
      expect(about[0]?.[1]).to.include({ type, sender: road === 'a join' ? bob.userId : alice.userId });
    });
  }

  it('are shown to modules on the road of redactions', async () => {
    const event = await alice.send(room, 'hi');
    await inRoom(alice, 'PUT', `redact/${encodeURIComponent(event)}/txn`, { reason: 'no' });
    const redactions = seen.filter(([, shown]) => shown.type === 'm.room.redaction');
    expect(redactions.map(([callback, shown]) => [callback, shown.redacts])).to.deep.equal([
      ['allowed', event],
      ['spam', event],
    ]);
  });

  it('are all shown in a new room, each on the state so far', async () => {
    const topics: (readonly [type: string, topic: unknown])[] = [];
    allow = (event, topic) => {
      topics.push([event.type, topic]);
      return true;
    };
    await alice.createRoom({ topic: 'mine', name: 'later' });
    const types = seen.filter(([callback]) => callback === 'allowed').map(([, event]) => event.type);
    expect(types.slice(0, 3)).to.deep.equal(['m.room.create', 'm.room.member', 'm.room.power_levels']);
    expect(types).to.include.members(['m.room.join_rules', 'm.room.history_visibility', 'm.room.name', 'm.room.topic']);
    expect(topics).to.deep.include(['m.room.create', undefined]);
    const topic = types.indexOf('m.room.topic');
    expect(topics.slice(topic + 1).every(([, value]) => value === 'mine')).to.equal(true);
  });

  it('that are refused exist nowhere', async () => {
    judge = (event) => event.type === 'm.room.message' && 'not here';
    const error = await expectError(alice.send(room, 'spam'), 403, 'M_FORBIDDEN');
    expect(error.body['error']).to.equal('not here');
    allow = (event) => event.type !== 'm.room.name';
    await expectError(alice.setState(room, 'm.room.name', { name: 'x' }), 403, 'M_FORBIDDEN');
    [judge, allow] = [() => false, () => true];
    const inSync = ((await alice.sync())['rooms'] as { join: Record<string, unknown> }).join[room];
    expect(find(inSync, ({ type }) => type === 'm.room.message')).to.equal(undefined);
    expect(find(await alice.messages(room), ({ type }) => type === 'm.room.message' || type === 'm.room.name')).to.equal(undefined);
    await expectError(alice.getState(room, 'm.room.name'), 404, 'M_NOT_FOUND');
  });

  it('are asked about once, however often a client repeats a request', async () => {
    const send = (): Promise<Json> => inRoom(alice, 'PUT', 'send/m.room.message/same', { msgtype: 'm.text', body: 'once' });
    expect(await send()).to.deep.equal(await send());
    expect(seen.map(([callback]) => callback)).to.deep.equal(['allowed', 'spam']);
  });

  describe('while the modules think', () => {
    /** Sends a message about which a module thinks while something else happens. @returns the ids that it was shown, and the one that was stored */
    async function sendMeanwhile(act: () => Promise<unknown>): Promise<{ shown: readonly string[]; stored: string }> {
      const shown: string[] = [];
      judge = async (event) => {
        if (event.content['body'] !== 'judged') return false;
        shown.push(event.eventId);
        if (shown.length === 1) await act();
        return false;
      };
      return { stored: await alice.send(room, 'judged'), shown };
    }

    it('are stored as they were shown when nothing happens, or happens elsewhere', async () => {
      const quiet = await sendMeanwhile(() => Promise.resolve());
      expect(quiet.shown).to.deep.equal([quiet.stored]);
      const other = await alice.createRoom();
      const elsewhere = await sendMeanwhile(() => alice.send(other, 'elsewhere'));
      expect(elsewhere.shown).to.deep.equal([elsewhere.stored]);
    });

    it('take a new place when the room goes on', async () => {
      let before = '';
      const { shown, stored } = await sendMeanwhile(async () => (before = await alice.send(room, 'meanwhile')));
      expect(shown).to.have.length(1).and.not.include(stored);
      const { chunk } = (await inRoom(alice, 'GET', 'messages?dir=b&limit=2')) as { chunk: readonly Json[] };
      expect(chunk.map(({ event_id: id }) => id)).to.deep.equal([stored, before]);
    });

    it('are judged anew when its state changes', async () => {
      const { shown, stored } = await sendMeanwhile(() => alice.setState(room, 'm.room.topic', { topic: 'another' }));
      expect(shown).to.have.length(2);
      expect(shown[1]).to.equal(stored);
    });
  });

  it('that are replaced are what every client sees, and what is signed', async () => {
    allow = (event) => {
      if (event.type !== 'm.room.message' && event.type !== 'm.room.name') return true;
      const dict = event.getDict();
      dict.content = { ...dict.content, [event.type === 'm.room.name' ? 'name' : 'body']: 'replaced' };
      return [true, dict];
    };
    await bob.join(room);
    const eventId = await alice.send(room, 'original');
    await alice.setState(room, 'm.room.name', { name: 'original' });
    const isMessage = (event: Json): boolean => event['event_id'] === eventId;
    const id = encodeURIComponent(eventId);
    const replies: Readonly<Record<string, unknown>> = {
      'the sender’s sync': await alice.sync(),
      'another’s sync': await bob.sync(),
      messages: await bob.messages(room),
      event: await inRoom(bob, 'GET', `event/${id}`),
      context: await inRoom(bob, 'GET', `context/${id}`),
    };
    for (const [where, reply] of Object.entries(replies)) {
      expect(find(reply, isMessage)?.['content'], where).to.deep.equal({ msgtype: 'm.text', body: 'replaced' });
      expect(JSON.stringify(reply), where).not.to.contain('original');
    }
    expect(await bob.getState(room, 'm.room.name')).to.deep.equal({ name: 'replaced' });
    const spam = seen.filter(([callback, { type }]) => callback === 'spam' && type === 'm.room.message').map(([, event]) => event.content['body']);
    expect(spam, 'check_event_for_spam sees what will be sent').to.deep.equal(['replaced']);
  });

  it('are all signed when they are stored, wherever they found their place', async () => {
    const keys = publishedKeys(await server.request('GET', '/_matrix/key/v2/server'));
    allow = (event) => [true, { ...event.getDict(), content: { ...event.content, replaced: event.type === 'm.room.message' } }];
    await Promise.all(['one', 'two', 'three'].map((body) => alice.send(room, body)));
    allow = () => true;
    await Promise.all([alice.setState(room, 'm.room.name', { name: 'x' }), bob.join(room), alice.send(room, 'four'), alice.createRoom()]);
    await server.idle();
    expect(stored.length).to.be.greaterThan(9);
    const version = roomVersion(DEFAULT_ROOM_VERSION) as RoomVersion;
    const isSigned = (event: ModuleEvent): boolean =>
      Object.entries(keys).some(([keyId, key]) => verifyEvent(event.getDict(), version, 'localhost' as ServerName, keyId, key));
    expect(stored.filter((event) => !isSigned(event)).map(({ type }) => type)).to.deep.equal([]);
  });

  it('that a replacement makes too large are refused as too large', async () => {
    allow = (event) => [true, { ...event.getDict(), content: { body: 'x'.repeat(70_000) } }];
    await expectError(alice.send(room, 'small'), 413, 'M_TOO_LARGE');
  });
});
