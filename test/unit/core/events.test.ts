import { expect } from 'chai';
import { requiredSigners, verifyEvent } from '../../../src/core/event-signatures.ts';
import type { Event } from '../../../src/core/event.ts';
import {
  checkEventSize,
  createEventIdOf,
  makeEvent,
  makeUnsignedEvent,
  parseEvent,
  roomIdOf,
  signatureSize,
  withSignature,
} from '../../../src/core/events.ts';
import { hasValidContentHash, referenceHash } from '../../../src/core/hashes.ts';
import type { EventId, RoomId, ServerName, UserId } from '../../../src/core/identifiers.ts';
import { InvalidEvent, TooLarge } from '../../../src/core/invalid-event.ts';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { ALICE, BOB, KEY, RoomGraph, versionOf, versions } from './room-graph.ts';

const SERVER = 'a.example' as ServerName;
const message = (graph: RoomGraph): Event => graph.put({ type: 'm.room.message', sender: ALICE, content: { body: 'hello' } });

describe('events', () => {
  for (const id of versions(1, 12)) {
    describe(`made in version ${id}`, () => {
      const graph = RoomGraph.of(id);
      const create = graph.get('m.room.create')!;
      const event = message(graph);

      it('carry a valid hash and signature', () => {
        expect(hasValidContentHash(event.pdu, graph.room.version)).to.equal(true);
        expect(verifyEvent(event.pdu, graph.room.version, SERVER, KEY.keyId, KEY.publicKey)).to.equal(true);
        expect([...requiredSigners(event)]).to.deep.equal(['a.example']);
      });

      it('read the same when they come back from outside', () => {
        const pdu = JSON.parse(JSON.stringify(event.pdu)) as JsonObject;
        expect(parseEvent(pdu, graph.room.version)).to.deep.equal(event);
        expect(parseEvent(pdu, graph.room.version, { eventId: event.eventId, roomId: event.roomId })).to.deep.equal(event);
      });

      it('stand in the graph', () => {
        const joinRules = graph.get('m.room.join_rules')!;
        const auth = [graph.get('m.room.power_levels')!, graph.get('m.room.member', ALICE)!, ...(id === '12' ? [] : [create])];
        expect(event.prevEvents).to.deep.equal([joinRules.eventId]);
        expect(event.authEvents).to.deep.equal(auth.map(({ eventId }) => eventId));
        expect(event.depth).to.equal(joinRules.depth + 1);
        expect(event.stateKey).to.equal(undefined);
      });

      it('put the target of a redaction where the version keeps it', () => {
        const redaction = graph.build({ type: 'm.room.redaction', sender: ALICE, redacts: event.eventId, content: { reason: 'spam' } });
        const inContent = Number(id) >= 11;
        expect(redaction.redacts).to.equal(event.eventId);
        expect(redaction.pdu['redacts']).to.equal(inContent ? undefined : event.eventId);
        expect(redaction.content['redacts']).to.equal(inContent ? event.eventId : undefined);
      });
    });
  }

  describe('ids and references', () => {
    it('are made up with the server name, with hashes beside references, in versions 1 and 2', () => {
      for (const id of ['1', '2']) {
        const graph = RoomGraph.of(id);
        const previous = graph.get('m.room.join_rules')!;
        const event = message(graph);
        expect(event.eventId).to.match(/^\$[A-Za-z0-9_-]{43}:a\.example$/);
        expect(event.pdu['event_id']).to.equal(event.eventId);
        const hash = referenceHash(previous.pdu, graph.room.version).toString('base64').replace(/=+$/, '');
        expect(event.pdu['prev_events']).to.deep.equal([[previous.eventId, { sha256: hash }]]);
      }
    });

    it('are the reference hash later: in base64 in version 3, URL-safe from 4 on', () => {
      for (const id of versions(3, 12)) {
        const event = message(RoomGraph.of(id));
        const hash = referenceHash(event.pdu, versionOf(id));
        expect(event.eventId).to.equal(`$${id === '3' ? hash.toString('base64').replace(/=+$/, '') : hash.toString('base64url')}`);
        expect(event.pdu).to.not.have.property('event_id');
      }
    });

    it('make the room id in version 12', () => {
      const create = RoomGraph.created('12').get('m.room.create')!;
      expect(create.pdu).to.not.have.property('room_id');
      expect(create.roomId).to.equal(`!${create.eventId.slice(1)}`);
      expect(roomIdOf(create)).to.equal(create.roomId);
      expect(createEventIdOf(create.roomId, versionOf('12'))).to.equal(create.eventId);
      expect(createEventIdOf(create.roomId, versionOf('11'))).to.equal(undefined);
    });

    it('take a reference by id with its hash', () => {
      const place = { roomId: '!r:a.example' as RoomId, authEvents: [], depth: 2, originServerTs: 5 };
      const make = (version: string, hash?: string): Event =>
        makeEvent(
          { type: 'x', sender: ALICE, content: {} },
          { ...place, prevEvents: [{ eventId: '$p:a.example' as EventId, hash }] },
          versionOf(version),
          SERVER,
          KEY,
        );
      expect(make('1', 'abc').pdu['prev_events']).to.deep.equal([['$p:a.example', { sha256: 'abc' }]]);
      expect(make('11').pdu['prev_events']).to.deep.equal(['$p:a.example']);
      expect(() => make('1')).to.throw(InvalidEvent, 'needs its hash');
    });
  });

  it('take the time of the template before that of the place, and no depth over the limit', () => {
    const place = { roomId: '!r:a.example' as RoomId, prevEvents: [], authEvents: [], depth: 2 ** 53 + 2, originServerTs: 5 };
    const event = makeEvent({ type: 'x', sender: ALICE, content: {}, originServerTs: 3 }, place, versionOf('12'), SERVER, KEY);
    expect(event.originServerTs).to.equal(3);
    expect(event.depth).to.equal(2 ** 53 - 1);
  });

  it('must also be signed by the server of their id in versions 1 and 2, and by one that let a user in', () => {
    const graph = RoomGraph.of('1');
    const foreign = { ...message(graph), eventId: '$x:c.example' as EventId };
    expect([...requiredSigners(foreign)]).to.have.members(['a.example', 'c.example']);
    const content = { membership: 'join', join_authorised_via_users_server: BOB };
    const join = RoomGraph.of('12').build({ type: 'm.room.member', sender: ALICE, stateKey: ALICE, content });
    expect([...requiredSigners(join)]).to.have.members(['a.example', 'b.example']);
    const invite = graph.build({ type: 'm.room.member', sender: ALICE, stateKey: BOB, content: { membership: 'invite', third_party_invite: {} } });
    expect([...requiredSigners({ ...invite, version: versionOf('12') })]).to.deep.equal([]);
  });

  describe('from outside', () => {
    const good = message(RoomGraph.of('11')).pdu;
    const wrong: [name: string, change: Record<string, JsonValue | undefined>][] = [
      ['no type', { type: undefined }],
      ['a sender that is no user id', { sender: 'alice' }],
      ['a state key that is no string', { state_key: 1 }],
      ['no content', { content: undefined }],
      ['a content that is a list', { content: [] }],
      ['no hashes', { hashes: undefined }],
      ['no content hash', { hashes: {} }],
      ['a hash that is no string', { hashes: { sha256: 1 } }],
      ['no signatures', { signatures: undefined }],
      ['a signature that is no string', { signatures: { 'a.example': { 'ed25519:1': 1 } } }],
      ['unsigned that is no object', { unsigned: 'x' }],
      ['a time that is no integer', { origin_server_ts: '1' }],
      ['a negative depth', { depth: -1 }],
      ['a depth over 2^53 - 1', { depth: 2 ** 53 }],
      ['no prev_events', { prev_events: undefined }],
      ['21 prev_events', { prev_events: Array.from({ length: 21 }, (_, index) => `$${index}`) }],
      ['11 auth_events', { auth_events: Array.from({ length: 11 }, (_, index) => `$${index}`) }],
      ['references with hashes', { prev_events: [['$a', { sha256: 'x' }]] }],
      ['a reference that is no event id', { auth_events: ['a'] }],
      ['no room id', { room_id: undefined }],
      ['a room id that is none', { room_id: 'room' }],
      ['a float in its content', { content: { a: 1.5 } }],
    ];
    for (const [name, change] of wrong) {
      it(`are refused with ${name}`, () => {
        const pdu = Object.fromEntries(Object.entries({ ...good, ...change }).filter(([, value]) => value !== undefined)) as JsonObject;
        expect(() => parseEvent(pdu, versionOf('11'))).to.throw(InvalidEvent);
      });
    }

    it('may hold floats and large integers, but not references without hashes, in version 1', () => {
      const old = message(RoomGraph.of('1')).pdu;
      expect(parseEvent({ ...old, depth: 2 ** 60, content: { a: 1.5 } }, versionOf('1')).content).to.deep.equal({ a: 1.5 });
      expect(() => parseEvent({ ...old, prev_events: ['$a:b'] }, versionOf('1'))).to.throw(InvalidEvent);
      expect(() => parseEvent({ ...old, event_id: 'a' }, versionOf('1'))).to.throw(InvalidEvent, 'event_id');
    });

    it('may say anything in unsigned', () => {
      expect(parseEvent({ ...good, unsigned: { age: 1.5 } }, versionOf('11')).type).to.equal('m.room.message');
    });
  });

  describe('size', () => {
    const sized = (change: { type?: string; stateKey?: string; sender?: UserId; body?: string }): Event =>
      RoomGraph.of('12').build({ type: 'm.x', sender: ALICE, content: { body: change.body ?? '' }, ...change });
    const room = '!r:a.example' as RoomId;

    it('allows 255 bytes, not characters, of type and state key', () => {
      expect(() => checkEventSize(sized({ type: 'é'.repeat(127) }))).to.not.throw();
      expect(() => checkEventSize(sized({ type: 'é'.repeat(128) }))).to.throw(TooLarge, 'type has 256 bytes');
      expect(() => checkEventSize(sized({ stateKey: 'a'.repeat(255) }))).to.not.throw();
      expect(() => checkEventSize(sized({ stateKey: 'a'.repeat(256) }))).to.throw(TooLarge, 'state_key');
      expect(() => checkEventSize({ ...sized({}), sender: `@${'a'.repeat(255)}:a` as UserId })).to.throw(TooLarge, 'sender');
      expect(() => checkEventSize({ ...sized({}), roomId: `${room}${'a'.repeat(255)}` as RoomId })).to.throw(TooLarge, 'room_id');
      expect(() => checkEventSize({ ...sized({}), eventId: `$${'a'.repeat(255)}` as EventId })).to.throw(TooLarge, 'event_id');
    });

    it('allows 65,536 bytes in all, signatures included', () => {
      const rest = Buffer.byteLength(JSON.stringify(sized({}).pdu));
      expect(() => checkEventSize(sized({ body: 'a'.repeat(65_536 - rest) }))).to.not.throw();
      expect(() => checkEventSize(sized({ body: 'a'.repeat(65_537 - rest) }))).to.throw(TooLarge, '65537 bytes');
    });

    it('counts a signature that is still to come', () => {
      const place = { roomId: room, prevEvents: [], authEvents: [], depth: 2, originServerTs: 3 };
      const unsigned = makeUnsignedEvent({ type: 'x', sender: ALICE, content: {} }, place, versionOf('12'), SERVER);
      const [without, withIt] = [unsigned.event, withSignature(unsigned, SERVER, KEY)].map(({ pdu }) => JSON.stringify(pdu).length);
      const toCome = signatureSize(SERVER, KEY.keyId);
      expect(toCome).to.equal(Number(withIt) - Number(without));
      expect(() => checkEventSize(unsigned.event, 65_536 - Number(without))).to.not.throw();
      expect(() => checkEventSize(unsigned.event, 65_537 - Number(without))).to.throw(TooLarge, '65537 bytes');
    });
  });
});
