import { expect } from 'chai';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { v3 } from '../api/v3.ts';
import { moduleWith } from './module-with.ts';

const SEEN = 'org.example.seen';

/** Every event in a reply, wherever it stands. */
function eventsIn(value: unknown): Json[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.values(value).flatMap(eventsIn);
  return 'event_id' in value && 'origin_server_ts' in value ? [value, ...below] : below;
}

describe('add_field_to_unsigned_callback', () => {
  let server: TestServer;
  let alice: TestUser, bob: TestUser;
  let room: string, root: string, redacted: string, from: string;
  let asked: string[] = [];
  let answer: (eventId: string) => unknown;
  const adding = (fields: (eventId: string) => unknown): object =>
    moduleWith((api) =>
      api.registerAddExtraFieldsToUnsignedClientEventCallbacks({ add_field_to_unsigned_callback: (event) => fields(event.eventId) as never }),
    );
  before(async () => {
    const first = adding((eventId) => {
      asked.push(eventId);
      return answer(eventId);
    });
    server = await boot({ modules: [{ module: first }, { module: adding(() => ({ 'org.example.who': 'second' })) }] });
    answer = (eventId) => ({ [SEEN]: eventId });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
    room = await alice.createRoom({ preset: 'public_chat', topic: 'cake' });
    await bob.join(room);
    from = String((await bob.request('GET', v3('initialSync')))['end']);
    root = await alice.send(room, 'needle');
    const relating = (relation: Json, body: string): Json => ({ msgtype: 'm.text', body, 'm.relates_to': { event_id: root, ...relation } });
    await bob.send(room, relating({ rel_type: 'm.thread' }, 'in the thread'));
    await alice.send(room, {
      ...relating({ rel_type: 'm.replace' }, 'edited needle'),
      'm.new_content': { msgtype: 'm.text', body: 'edited needle' },
    });
    redacted = await alice.send(room, 'bye');
    await alice.request('PUT', v3('rooms', room, 'redact', redacted, 'txn'), {});
    await alice.setState(room, 'm.room.topic', { topic: 'more cake' });
    await server.idle();
  });
  after(() => server.close());
  beforeEach(() => {
    asked = [];
    answer = (eventId) => ({ [SEEN]: eventId });
  });

  const inRoom = (...path: string[]): Promise<unknown> => bob.request('GET', v3('rooms', room, ...path));
  const roads: Record<string, () => Promise<unknown>> = {
    'the first /sync': () => bob.sync(),
    'a later /sync': () => bob.sync({ since: from, timeout: '0' }),
    '/sync with a limited timeline': () => bob.sync({ filter: JSON.stringify({ room: { timeline: { limit: 1 } } }) }),
    '/sync with state after the timeline': () => bob.sync({ use_state_after: 'true' }),
    '/sync in the form of federation': () => bob.sync({ filter: JSON.stringify({ event_format: 'federation' }) }),
    '/messages': () => bob.request('GET', `${v3('rooms', room, 'messages')}?dir=b&limit=100`),
    '/messages with members': () => bob.request('GET', `${v3('rooms', room, 'messages')}?dir=b&filter={"lazy_load_members":true}`),
    '/context': () => inRoom('context', root),
    '/event, with what relates to it': () => inRoom('event', root),
    '/event, redacted': () => inRoom('event', redacted),
    '/events/{eventId}': () => bob.request('GET', v3('events', root)),
    '/events': () => bob.request('GET', `${v3('events')}?from=${from}&timeout=0`),
    '/state': () => inRoom('state'),
    '/state of a type': () => bob.request('GET', `${v3('rooms', room, 'state', 'm.room.topic', '')}?format=event`),
    '/members': () => inRoom('members'),
    '/relations': () => bob.request('GET', `/_matrix/client/v1/rooms/${encodeURIComponent(room)}/relations/${encodeURIComponent(root)}`),
    '/threads': () => bob.request('GET', `/_matrix/client/v1/rooms/${encodeURIComponent(room)}/threads`),
    '/search': () => {
      const event_context = { include_profile: true };
      const room_events = { search_term: 'needle', event_context, include_state: true };
      return bob.request('POST', v3('search'), { search_categories: { room_events } });
    },
    '/notifications': () => bob.request('GET', v3('notifications')),
    '/initialSync': () => bob.request('GET', v3('initialSync')),
    '/initialSync of a room': () => inRoom('initialSync'),
  };
  for (const [road, ask] of Object.entries(roads)) {
    it(`is seen in every event of ${road}, and asked once for each`, async () => {
      const events = eventsIn(await ask());
      expect(events).to.have.length.greaterThan(0);
      for (const { unsigned, event_id: eventId, type } of events) {
        expect(unsigned, String(type)).to.include({ [SEEN]: eventId, 'org.example.who': 'second' });
      }
      expect(asked).to.have.members([...new Set(events.map(({ event_id: eventId }) => eventId))]);
    });
  }

  it('is seen in rooms that somebody has left, and in invitations of old clients', async () => {
    const carol = await server.user('carol');
    await carol.join(room);
    await carol.leave(room);
    await alice.createRoom({ invite: [carol.userId] });
    const left = eventsIn((await carol.sync({ filter: JSON.stringify({ room: { include_leave: true } }) }))['rooms']);
    const invited = eventsIn(await carol.request('GET', v3('initialSync')));
    for (const events of [left, invited]) {
      expect(events).to.have.length.greaterThan(0);
      for (const { unsigned, event_id: eventId } of events) expect(unsigned).to.include({ [SEEN]: eventId });
    }
  });

  it('replaces nothing that the server says, and of one key the last module’s value counts', async () => {
    answer = () => ({ age: 'x', membership: 'x', redacted_because: 'x', 'org.example.who': 'first', __proto__: { polluted: true } });
    const { unsigned } = (await inRoom('event', redacted)) as { unsigned: Json };
    expect(unsigned['age']).to.be.a('number');
    expect(unsigned).to.include({ membership: 'join', 'org.example.who': 'second' });
    expect(unsigned['redacted_because']).to.have.property('type', 'm.room.redaction');
    answer = () => ({ transaction_id: 'forged' });
    const own = await alice.sendEvent(room, 'm.room.message', { msgtype: 'm.text', body: 'mine' });
    const mine = (await alice.request('GET', v3('rooms', room, 'event', own)))['unsigned'];
    expect(mine).to.have.property('transaction_id').that.does.not.equal('forged');
  });

  it('respects the fields that a client wants', async () => {
    const told = async (fields: string[]): Promise<Json[]> => {
      const reply = await bob.sync({ filter: JSON.stringify({ event_fields: ['event_id', 'origin_server_ts', ...fields] }) });
      return eventsIn(reply['rooms']);
    };
    for (const event of await told(['type'])) expect(event).not.to.have.property('unsigned');
    for (const event of await told(['unsigned'])) expect(event['unsigned']).to.include({ [SEEN]: event['event_id'] });
    for (const event of await told(['unsigned.org\\.example\\.seen'])) expect(event['unsigned']).to.deep.equal({ [SEEN]: event['event_id'] });
  });

  it('adds nothing when it fails, and nobody is kept from their rooms', async () => {
    answer = () => 'no fields';
    const { unsigned } = (await inRoom('event', root)) as { unsigned: Json };
    expect(unsigned).not.to.have.property(SEEN);
    expect(unsigned).to.include({ 'org.example.who': 'second' });
  });
});
