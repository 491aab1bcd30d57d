import { expect } from 'chai';
import { stateKeyOf, type Event } from '../../../src/core/event.ts';
import type { EventId, RoomId, UserId } from '../../../src/core/identifiers.ts';
import { isObject, type JsonObject } from '../../../src/core/json.ts';
import { ALICE, BOB, CAROL, RoomGraph, versions, type Template } from './room-graph.ts';

const expectRefusal = (refusal: string | undefined, reason: string | undefined, id: string): void => {
  if (reason === undefined) expect(refusal, `version ${id}`).to.equal(undefined);
  else expect(refusal, `version ${id}`).to.include(reason);
};

describe('auth rules: m.room.create', () => {
  const created = (id: string, content: JsonObject): Event => RoomGraph.created(id, content).get('m.room.create')!;
  const table: [name: string, from: number, to: number, content: JsonObject, reason: string | undefined][] = [
    ['a create event', 1, 12, {}, undefined],
    ['an unknown room version', 1, 12, { room_version: '99' }, 'does not know room version "99"'],
    ['a room version that is no string', 1, 12, { room_version: 1 }, 'does not know room version 1'],
    ['any additional_creators', 1, 11, { additional_creators: 'x' }, undefined],
    ['additional_creators', 12, 12, { additional_creators: [BOB] }, undefined],
    ['no additional_creators', 12, 12, { additional_creators: [] }, undefined],
    ['additional_creators that are no list', 12, 12, { additional_creators: BOB }, 'list of user ids'],
    ['additional_creators that are no user ids', 12, 12, { additional_creators: ['bob'] }, 'list of user ids'],
  ];
  for (const [name, from, to, content, reason] of table) {
    it(`${reason === undefined ? 'allows' : 'refuses'} ${name} (${from} to ${to})`, () => {
      for (const id of versions(from, to)) expectRefusal(RoomGraph.created(id).refusalOf(created(id, content)), reason, id);
    });
  }

  it('refuses one that is not the first event', () => {
    const graph = RoomGraph.of('11');
    const create = created('11', {});
    expect(graph.refusalOf({ ...create, prevEvents: [create.eventId] })).to.include('first event');
  });

  it('refuses a room id of another server up to version 11, any room_id later', () => {
    const graph = RoomGraph.created('11');
    expect(graph.refusalOf({ ...created('11', {}), roomId: '!r:b.example' as RoomId })).to.include('server');
    const later = created('12', {});
    expect(RoomGraph.created('12').refusalOf({ ...later, pdu: { ...later.pdu, room_id: later.roomId } })).to.include('no room_id');
  });

  it('asks for the creator up to version 10', () => {
    for (const id of versions(1, 12)) {
      const create = created(id, {});
      const { creator: _creator, ...content } = create.content;
      expectRefusal(RoomGraph.created(id).refusalOf({ ...create, content }), Number(id) <= 10 ? 'name the creator' : undefined, id);
    }
  });
});

describe('auth rules: the room', () => {
  it('must exist', () => {
    for (const id of versions(1, 12)) {
      const graph = RoomGraph.of(id);
      const event = graph.build({ type: 'm.room.message', sender: ALICE });
      graph.state.delete(stateKeyOf('m.room.create', ''));
      expectRefusal(graph.refusalOf(event), 'does not exist', id);
    }
  });

  it('must be the one of the create event', () => {
    for (const id of versions(1, 12)) {
      const graph = RoomGraph.of(id);
      const event = graph.build({ type: 'm.room.message', sender: ALICE });
      expectRefusal(graph.refusalOf({ ...event, roomId: '!other:a.example' as RoomId }), 'another room', id);
    }
  });

  it('keeps other servers out with m.federate false', () => {
    for (const id of versions(1, 12)) {
      const closed = RoomGraph.of(id, { create: { 'm.federate': false } });
      const join = (user: UserId): Template => ({ type: 'm.room.member', sender: user, stateKey: user, content: { membership: 'join' } });
      expectRefusal(closed.refusal(join(BOB)), 'users of a.example only', id);
      expectRefusal(closed.refusal(join(CAROL)), undefined, id);
      expectRefusal(RoomGraph.of(id, { create: { 'm.federate': 'false' } }).refusal(join(BOB)), undefined, id);
    }
  });
});

describe('auth rules: sending events', () => {
  const MODERATED = { levels: { users: { [BOB]: 50 } } };
  interface Case {
    readonly name: string;
    readonly from?: number;
    readonly to?: number;
    readonly room?: Parameters<typeof RoomGraph.of>[1];
    readonly joined?: readonly UserId[];
    readonly event: Template;
    readonly refused?: string;
  }
  const cases: Case[] = [
    { name: 'a message of a member', joined: [BOB], event: { type: 'm.room.message', sender: BOB } },
    { name: 'a message from outside', event: { type: 'm.room.message', sender: BOB }, refused: 'not in the room' },
    {
      name: 'state without the level',
      joined: [BOB],
      event: { type: 'm.room.name', sender: BOB, stateKey: '' },
      refused: 'needs power level 50, they have 0',
    },
    { name: 'state with the level', room: MODERATED, joined: [BOB], event: { type: 'm.room.name', sender: BOB, stateKey: '' } },
    {
      name: 'a type with a level of its own',
      room: { levels: { events: { 'm.room.message': 10 } } },
      joined: [BOB],
      event: { type: 'm.room.message', sender: BOB },
      refused: 'needs power level 10',
    },
    { name: "state under another user's id", event: { type: 'x', sender: ALICE, stateKey: BOB }, refused: 'that user alone' },
    { name: 'state under the own id', event: { type: 'x', sender: ALICE, stateKey: ALICE } },
    { name: 'a third party invite', joined: [BOB], event: { type: 'm.room.third_party_invite', sender: BOB, stateKey: 't' } },
    {
      name: 'a third party invite without the level to invite',
      room: { levels: { invite: 50 } },
      joined: [BOB],
      event: { type: 'm.room.third_party_invite', sender: BOB, stateKey: 't' },
      refused: 'needs power level 50',
    },
    { name: 'aliases of the own server from outside', to: 5, event: { type: 'm.room.aliases', sender: BOB, stateKey: 'b.example' } },
    { name: 'aliases of another server', to: 5, event: { type: 'm.room.aliases', sender: ALICE, stateKey: 'b.example' }, refused: 'own server' },
    { name: 'aliases without state key', to: 5, event: { type: 'm.room.aliases', sender: ALICE }, refused: 'own server' },
    { name: 'aliases as any other state', from: 6, event: { type: 'm.room.aliases', sender: ALICE, stateKey: 'b.example' } },
    { name: 'aliases from outside', from: 6, event: { type: 'm.room.aliases', sender: BOB, stateKey: 'b.example' }, refused: 'not in the room' },
    {
      name: "a redaction of the own server's event",
      to: 2,
      joined: [BOB],
      event: { type: 'm.room.redaction', sender: BOB, redacts: '$x:b.example' as EventId },
    },
    {
      name: "a redaction of another server's event without the level",
      to: 2,
      joined: [BOB],
      event: { type: 'm.room.redaction', sender: BOB, redacts: '$x:a.example' as EventId },
      refused: 'may not redact',
    },
    {
      name: 'a redaction with the level',
      to: 2,
      room: MODERATED,
      joined: [BOB],
      event: { type: 'm.room.redaction', sender: BOB, redacts: '$x:a.example' as EventId },
    },
    { name: 'any redaction', from: 3, joined: [BOB], event: { type: 'm.room.redaction', sender: BOB, redacts: '$x' as EventId } },
  ];
  for (const { name, from = 1, to = 12, room, joined = [], event, refused } of cases) {
    it(`${refused === undefined ? 'allows' : 'refuses'} ${name} (${from} to ${to})`, () => {
      for (const id of versions(from, to)) {
        const graph = RoomGraph.of(id, room);
        for (const user of joined) graph.member(user, 'join');
        expectRefusal(graph.refusal(event), refused, id);
      }
    });
  }
});

describe('auth rules: m.room.power_levels', () => {
  // Bob, who has 50, changes power levels under which Carol has 50 too and Dave 10.
  const DAVE = '@dave:d.example';
  const users = { [BOB]: 50, [CAROL]: 50, [DAVE]: 10 };
  const current: JsonObject = { users, kick: 50, ban: 60, events: { a: 10, b: 60 }, notifications: { room: 60, x: 10 } };
  const change = (id: string, content: JsonObject): string | undefined => {
    const graph = RoomGraph.of(id, { levels: { ...current, events: { ...(current['events'] as JsonObject), 'm.room.power_levels': 50 } } });
    graph.member(BOB, 'join');
    const before = graph.get('m.room.power_levels')!.content;
    const merged = (key: string): JsonObject => ({ ...(before[key] as JsonObject), ...(content[key] as JsonObject) });
    const isTable = (key: string): boolean => ['users', 'events', 'notifications'].includes(key) && isObject(content[key]);
    const next = { ...before, ...Object.fromEntries(Object.keys(content).map((key) => [key, isTable(key) ? merged(key) : content[key]!])) };
    return graph.refusal({ type: 'm.room.power_levels', sender: BOB, stateKey: '', content: without(next) });
  };
  /** Takes out what the table marks with null at any level, for a key that is removed. */
  const without = (content: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(content)
        .filter(([, value]) => value !== null)
        .map(([key, value]) => [key, isObject(value) ? without(value) : value]),
    );

  const table: [name: string, from: number, to: number, content: JsonObject, reason: string | undefined][] = [
    ['no change', 1, 12, {}, undefined],
    ['a level within the own', 1, 12, { kick: 40 }, undefined],
    ['a level raised above the own', 1, 12, { kick: 51 }, 'needs 51'],
    ['a level lowered from above the own', 1, 12, { ban: 50 }, 'needs 60'],
    ['a level above the own taken away', 1, 12, { ban: null }, 'needs 60'],
    ['a level above the own added', 1, 12, { redact: 51 }, 'needs 51'],
    ['a level within the own added', 1, 12, { redact: 50 }, undefined],
    ['the level of an event type within the own', 1, 12, { events: { a: 50 } }, undefined],
    ['the level of an event type raised above the own', 1, 12, { events: { a: 51 } }, 'needs 51'],
    ['the level of an event type lowered from above the own', 1, 12, { events: { b: 0 } }, 'needs 60'],
    ['the level of an event type above the own taken away', 1, 12, { events: { b: null } }, 'needs 60'],
    ['the level of a new event type above the own', 1, 12, { events: { c: 51 } }, 'needs 51'],
    ['any level of notifications', 1, 5, { notifications: { room: 0, x: 90 } }, undefined],
    ['a level of notifications within the own', 6, 12, { notifications: { x: 50 } }, undefined],
    ['a level of notifications lowered from above the own', 6, 12, { notifications: { room: 0 } }, 'needs 60'],
    ['a level of notifications raised above the own', 6, 12, { notifications: { x: 51 } }, 'needs 51'],
    ['somebody below promoted', 1, 12, { users: { [DAVE]: 50 } }, undefined],
    ['somebody promoted above the own', 1, 12, { users: { [DAVE]: 51 } }, 'Nobody can give'],
    ['somebody new', 1, 12, { users: { '@erin:e.example': 50 } }, undefined],
    ['somebody new above the own', 1, 12, { users: { '@erin:e.example': 51 } }, 'Nobody can give'],
    ['an equal demoted', 1, 12, { users: { [CAROL]: 0 } }, 'only somebody above'],
    ['an equal taken out', 1, 12, { users: { [CAROL]: null } }, 'only somebody above'],
    ['oneself demoted', 1, 12, { users: { [BOB]: 0 } }, undefined],
    ['oneself taken out', 1, 12, { users: { [BOB]: null } }, undefined],
    ['oneself promoted', 1, 12, { users: { [BOB]: 51 } }, 'Nobody can give'],
    ['a user who is none', 1, 12, { users: { bob: 1 } }, 'no user id'],
    ['users that are no object', 1, 12, { users: 1 }, 'must be an object'],
    ['a user level that is no number', 1, 12, { users: { [DAVE]: true } }, 'must be an integer'],
    ['levels as text', 1, 9, { kick: '40', users: { [DAVE]: ' 20 ' } }, undefined],
    ['the same level as text', 1, 9, { ban: '60', users: { [CAROL]: '50' } }, undefined],
    ['a level as text', 10, 12, { kick: '40' }, 'must be an integer'],
    ['a user level as text', 10, 12, { users: { [DAVE]: '20' } }, 'must be an integer'],
    ['a level of an event type as text', 10, 12, { events: { a: '1' } }, 'must be an integer'],
    ['a level of notifications as text', 10, 12, { notifications: { x: '1' } }, 'must be an integer'],
    ['events that are a list', 10, 12, { events: [] }, 'must be an object'],
    ['levels as floats', 1, 5, { kick: 40.5, users: { [CAROL]: 50.57 } }, undefined],
    ['the creator in version 12', 12, 12, { users: { [ALICE]: 100 } }, 'stands above its power levels'],
  ];
  for (const [name, from, to, content, reason] of table) {
    it(`${reason === undefined ? 'allows' : 'refuses'} ${name} (${from} to ${to})`, () => {
      for (const id of versions(from, to)) expectRefusal(change(id, content), reason, id);
    });
  }

  it('refuses additional creators among the users in version 12', () => {
    const graph = RoomGraph.of('12', { create: { additional_creators: [BOB] } });
    const content = { users: { [BOB]: 100 } };
    expect(graph.refusal({ type: 'm.room.power_levels', sender: ALICE, stateKey: '', content })).to.include(BOB);
  });

  it('lets the first one say anything well-formed', () => {
    for (const id of versions(1, 11)) {
      const graph = RoomGraph.created(id);
      graph.member(ALICE, 'join');
      const content = { users: { [BOB]: 1000 }, ban: 1000 };
      expectRefusal(graph.refusal({ type: 'm.room.power_levels', sender: ALICE, stateKey: '', content }), undefined, id);
    }
  });

  it('lets creators set any level in version 12', () => {
    const content = { users: { [BOB]: Number.MAX_SAFE_INTEGER }, ban: Number.MAX_SAFE_INTEGER };
    expect(RoomGraph.of('12').refusal({ type: 'm.room.power_levels', sender: ALICE, stateKey: '', content })).to.equal(undefined);
  });
});
