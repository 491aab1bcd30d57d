import { expect } from 'chai';
import fc from 'fast-check';
import { eventIdOf } from '../../../src/core/hashes.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { redact } from '../../../src/core/redaction.ts';
import { ALICE, RoomGraph, versionOf, versions } from './room-graph.ts';

const POWER_LEVELS = ['ban', 'events', 'events_default', 'kick', 'redact', 'state_default', 'users', 'users_default'];

/** Which keys of the content stay, by event type, in the versions from one to another. */
const CONTENT: [type: string, from: number, to: number, kept: string[]][] = [
  ['m.room.member', 1, 8, ['membership']],
  ['m.room.member', 9, 10, ['membership', 'join_authorised_via_users_server']],
  ['m.room.create', 1, 10, ['creator']],
  ['m.room.join_rules', 1, 7, ['join_rule']],
  ['m.room.join_rules', 8, 12, ['join_rule', 'allow']],
  ['m.room.power_levels', 1, 10, POWER_LEVELS],
  ['m.room.power_levels', 11, 12, [...POWER_LEVELS, 'invite']],
  ['m.room.aliases', 1, 5, ['aliases']],
  ['m.room.aliases', 6, 12, []],
  ['m.room.history_visibility', 1, 12, ['history_visibility']],
  ['m.room.redaction', 1, 10, []],
  ['m.room.redaction', 11, 12, ['redacts']],
  ['m.room.message', 1, 12, []],
  ['constructor', 1, 12, []],
];

const OTHERS = 'membership join_authorised_via_users_server creator join_rule allow invite notifications aliases history_visibility redacts body';
const EVERYTHING: JsonObject = Object.fromEntries([...POWER_LEVELS, ...OTHERS.split(' ')].map((key) => [key, `some ${key}`]));

const event = (type: string, content: JsonObject): JsonObject => ({
  event_id: '$e:a.example',
  type,
  room_id: '!r:a.example',
  sender: ALICE,
  state_key: '',
  content,
  hashes: { sha256: 'x' },
  signatures: { 'a.example': { 'ed25519:1': 'x' } },
  depth: 1,
  prev_events: [],
  prev_state: [],
  auth_events: [],
  origin: 'a.example',
  origin_server_ts: 1,
  membership: 'join',
  redacts: '$x:a.example',
  unsigned: { age: 1 },
  extra: true,
});

describe('redaction', () => {
  for (const [type, from, to, kept] of CONTENT) {
    it(`keeps ${kept.join(', ') || 'nothing'} of ${type} in versions ${from} to ${to}`, () => {
      for (const id of versions(from, to)) {
        const { content } = redact(event(type, EVERYTHING), versionOf(id)) as { content: JsonObject };
        expect(Object.keys(content), id).to.have.members(kept);
      }
    });
  }

  it('keeps all of m.room.create from version 11 on', () => {
    for (const id of versions(11, 12)) expect(redact(event('m.room.create', EVERYTHING), versionOf(id))['content']).to.deep.equal(EVERYTHING);
  });

  it('keeps only what was signed of a third party invite from version 11 on', () => {
    const content = { membership: 'invite', third_party_invite: { display_name: 'b…', signed: { token: 'abc' } } };
    const redacted = (id: string): unknown => redact(event('m.room.member', content), versionOf(id))['content'];
    expect(redacted('10')).to.deep.equal({ membership: 'invite' });
    expect(redacted('11')).to.deep.equal({ membership: 'invite', third_party_invite: { signed: { token: 'abc' } } });
    const unsigned = event('m.room.member', { membership: 'invite', third_party_invite: { display_name: 'b…' } });
    expect(redact(unsigned, versionOf('11'))['content']).to.deep.equal({ membership: 'invite' });
  });

  it('drops unsigned and unknown keys of the event, and prev_state, origin and membership from version 11 on', () => {
    const dropped = (id: string): string[] => {
      const pdu = event('m.room.message', {});
      const redacted = redact(pdu, versionOf(id));
      return Object.keys(pdu).filter((key) => !Object.hasOwn(redacted, key));
    };
    for (const id of versions(1, 10)) expect(dropped(id), id).to.have.members(['redacts', 'unsigned', 'extra']);
    for (const id of versions(11, 12)) {
      expect(dropped(id), id).to.have.members(['redacts', 'unsigned', 'extra', 'prev_state', 'origin', 'membership']);
    }
  });

  describe('properties', () => {
    const content = fc.dictionary(fc.constantFrom(...Object.keys(EVERYTHING), 'other', '__proto__'), fc.oneof(fc.maxSafeInteger(), fc.string()));
    const type = fc.constantFrom(...CONTENT.map(([name]) => name), 'm.room.create');
    const version = fc.constantFrom(...versions(1, 12));

    it('changes nothing the second time', () => {
      fc.assert(
        fc.property(version, type, content, (id, name, fields) => {
          const once = redact(event(name, fields), versionOf(id));
          expect(redact(once, versionOf(id))).to.deep.equal(once);
        }),
      );
    });

    it('does not change the event id', () => {
      const graphs = new Map(versions(1, 12).map((id) => [id, RoomGraph.of(id)]));
      fc.assert(
        fc.property(version, type, content, (id, name, fields) => {
          const made = graphs.get(id)!.build({ type: name, sender: ALICE, content: fields });
          return eventIdOf(redact(made.pdu, versionOf(id)), versionOf(id)) === made.eventId;
        }),
      );
    });
  });
});
