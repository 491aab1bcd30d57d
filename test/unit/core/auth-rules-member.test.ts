import { expect } from 'chai';
import type { UserId } from '../../../src/core/identifiers.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { createSigningKey, signJson } from '../../../src/core/signatures.ts';
import { ALICE, BOB, CAROL, KEY, RoomGraph, versions, type Template } from './room-graph.ts';

interface Case {
  readonly name: string;
  readonly versions?: string[];
  readonly room?: Parameters<typeof RoomGraph.of>[1];
  /** Memberships before the event, by user. */
  readonly before?: Record<string, string>;
  readonly event: Template;
  /** Part of the reason when it is refused. */
  readonly refused?: string;
}

const membership = (user: UserId | undefined, value: unknown, sender: UserId = user as UserId, content: JsonObject = {}): Template => ({
  type: 'm.room.member',
  sender,
  stateKey: user,
  content: { membership: value as string, ...content },
});

const ALL = versions(1, 12);
const MODERATED = { levels: { users: { [BOB]: 50 } } };

const CASES: Case[] = [
  { name: 'a join of a public room', event: membership(BOB, 'join') },
  { name: 'a join again', before: { [BOB]: 'join' }, event: membership(BOB, 'join') },
  { name: 'a join for somebody else', event: membership(BOB, 'join', CAROL), refused: 'cannot join the room for' },
  { name: 'a join when banned', before: { [BOB]: 'ban' }, event: membership(BOB, 'join'), refused: 'banned' },
  { name: 'a join without invitation', room: { joinRule: 'invite' }, event: membership(BOB, 'join'), refused: 'needs an invitation' },
  { name: 'a join by invitation', room: { joinRule: 'invite' }, before: { [BOB]: 'invite' }, event: membership(BOB, 'join') },
  { name: 'a change of profile in an invite-only room', room: { joinRule: 'invite' }, before: { [BOB]: 'join' }, event: membership(BOB, 'join') },
  {
    name: 'a join by an unknown join rule',
    room: { joinRule: 'private' },
    before: { [BOB]: 'invite' },
    event: membership(BOB, 'join'),
    refused: 'Nobody can join',
  },

  { name: 'an invitation', before: { [ALICE]: 'join' }, event: membership(BOB, 'invite', ALICE) },
  { name: 'an invitation by somebody outside', event: membership(BOB, 'invite', CAROL), refused: 'not in the room' },
  { name: 'an invitation of a member', before: { [BOB]: 'join' }, event: membership(BOB, 'invite', ALICE), refused: 'already in the room' },
  { name: 'an invitation of a banned user', before: { [BOB]: 'ban' }, event: membership(BOB, 'invite', ALICE), refused: 'banned' },
  {
    name: 'an invitation without the level for it',
    room: { levels: { invite: 50 } },
    before: { [CAROL]: 'join' },
    event: membership(BOB, 'invite', CAROL),
    refused: 'may not invite',
  },

  { name: 'leaving', before: { [BOB]: 'join' }, event: membership(BOB, 'leave') },
  { name: 'declining an invitation', before: { [BOB]: 'invite' }, event: membership(BOB, 'leave') },
  { name: 'leaving without having been there', event: membership(BOB, 'leave'), refused: 'not in the room' },
  { name: 'leaving when banned', before: { [BOB]: 'ban' }, event: membership(BOB, 'leave'), refused: 'banned' },
  { name: 'a kick', before: { [BOB]: 'join' }, event: membership(BOB, 'leave', ALICE) },
  { name: 'a kick by somebody outside', before: { [BOB]: 'join' }, event: membership(BOB, 'leave', CAROL), refused: 'not in the room' },
  {
    name: 'a kick without the level for it',
    before: { [BOB]: 'join', [CAROL]: 'join' },
    event: membership(BOB, 'leave', CAROL),
    refused: 'may not kick',
  },
  {
    name: 'a kick of an equal',
    room: { levels: { users: { [BOB]: 50, [CAROL]: 50 } } },
    before: { [BOB]: 'join', [CAROL]: 'join' },
    event: membership(BOB, 'leave', CAROL),
    refused: 'not below their own',
  },
  { name: 'unbanning', before: { [BOB]: 'ban' }, event: membership(BOB, 'leave', ALICE) },
  {
    name: 'unbanning with the level to kick but not to ban',
    room: { levels: { ban: 60, kick: 40, users: { [CAROL]: 50 } } },
    before: { [BOB]: 'ban', [CAROL]: 'join' },
    event: membership(BOB, 'leave', CAROL),
    refused: 'may not unban',
  },
  {
    name: 'unbanning with the level to ban but not to kick',
    room: { levels: { ban: 40, kick: 60, users: { [CAROL]: 50 } } },
    before: { [BOB]: 'ban', [CAROL]: 'join' },
    event: membership(BOB, 'leave', CAROL),
    refused: 'may not kick',
  },

  { name: 'a ban', before: { [BOB]: 'join' }, event: membership(BOB, 'ban', ALICE) },
  { name: 'a ban of somebody outside', event: membership(BOB, 'ban', ALICE) },
  { name: 'a ban by somebody outside', event: membership(BOB, 'ban', CAROL), refused: 'not in the room' },
  { name: 'a ban without the level for it', before: { [CAROL]: 'join' }, event: membership(BOB, 'ban', CAROL), refused: 'may not ban' },
  {
    name: 'a ban of somebody above',
    room: MODERATED,
    before: { [BOB]: 'join' },
    event: membership(ALICE, 'ban', BOB),
    refused: 'not below their own',
  },

  { name: 'no membership', event: { type: 'm.room.member', sender: BOB, stateKey: BOB }, refused: 'must say which membership' },
  { name: 'a membership that is no string', event: membership(BOB, 1), refused: 'must say which membership' },
  { name: 'an unknown membership', event: membership(BOB, 'lurk'), refused: 'no membership "lurk"' },
  { name: 'no state key', event: { type: 'm.room.member', sender: BOB, content: { membership: 'join' } }, refused: 'state key' },

  {
    name: 'a knock before there was knocking',
    versions: versions(1, 6),
    room: { joinRule: 'knock' },
    event: membership(BOB, 'knock'),
    refused: 'no knocking',
  },
  {
    name: 'a join by knocking before there was',
    versions: versions(1, 6),
    room: { joinRule: 'knock' },
    before: { [BOB]: 'invite' },
    event: membership(BOB, 'join'),
    refused: 'Nobody can join',
  },
  { name: 'a knock', versions: versions(7, 12), room: { joinRule: 'knock' }, event: membership(BOB, 'knock') },
  { name: 'a second knock', versions: versions(7, 12), room: { joinRule: 'knock' }, before: { [BOB]: 'knock' }, event: membership(BOB, 'knock') },
  {
    name: 'a knock on a room that takes none',
    versions: versions(7, 12),
    room: { joinRule: 'invite' },
    event: membership(BOB, 'knock'),
    refused: 'does not accept knocks',
  },
  {
    name: 'a knock for somebody else',
    versions: versions(7, 12),
    room: { joinRule: 'knock' },
    event: membership(BOB, 'knock', CAROL),
    refused: 'cannot knock for',
  },
  ...['ban', 'invite', 'join'].map((current) => ({
    name: `a knock on ${current}`,
    versions: versions(7, 12),
    room: { joinRule: 'knock' },
    before: { [BOB]: current },
    event: membership(BOB, 'knock'),
    refused: current === 'ban' ? 'banned' : 'needs no knock',
  })),
  {
    name: 'a join after a knock alone',
    versions: versions(7, 12),
    room: { joinRule: 'knock' },
    before: { [BOB]: 'knock' },
    event: membership(BOB, 'join'),
    refused: 'needs an invitation',
  },
  {
    name: 'a join by invitation after a knock',
    versions: versions(7, 12),
    room: { joinRule: 'knock' },
    before: { [BOB]: 'invite' },
    event: membership(BOB, 'join'),
  },
  {
    name: 'taking a knock back',
    versions: versions(7, 12),
    room: { joinRule: 'knock' },
    before: { [BOB]: 'knock' },
    event: membership(BOB, 'leave'),
  },
  {
    name: 'a knock on knock_restricted before there was',
    versions: versions(7, 9),
    room: { joinRule: 'knock_restricted' },
    event: membership(BOB, 'knock'),
    refused: 'does not accept knocks',
  },
  { name: 'a knock on knock_restricted', versions: versions(10, 12), room: { joinRule: 'knock_restricted' }, event: membership(BOB, 'knock') },
];

/** The same for both join rules that know authorising users. */
const RESTRICTED: Case[] = ['restricted', 'knock_restricted'].flatMap((joinRule) => {
  const known = versions(joinRule === 'restricted' ? 8 : 10, 12);
  const authorised = (user: string): Template => membership(CAROL, 'join', CAROL, { join_authorised_via_users_server: user });
  const room = { joinRule };
  return [
    {
      name: `a join by ${joinRule} before there was`,
      versions: versions(1, Number(known[0]) - 1),
      room,
      event: membership(CAROL, 'join'),
      refused: 'Nobody can join',
    },
    {
      name: `a join by ${joinRule} without authorising user`,
      versions: known,
      room,
      event: membership(CAROL, 'join'),
      refused: 'a room that opens this one',
    },
    { name: `a join by ${joinRule} by invitation`, versions: known, room, before: { [CAROL]: 'invite' }, event: membership(CAROL, 'join') },
    { name: `a join by ${joinRule} again`, versions: known, room, before: { [CAROL]: 'join' }, event: membership(CAROL, 'join') },
    { name: `a join by ${joinRule} when banned`, versions: known, room, before: { [CAROL]: 'ban' }, event: authorised(ALICE), refused: 'banned' },
    { name: `a join by ${joinRule} authorised by a member`, versions: known, room, event: authorised(ALICE) },
    {
      name: `a join by ${joinRule} authorised by a stranger`,
      versions: known,
      room,
      event: authorised('@dave:a.example'),
      refused: 'cannot let anybody join',
    },
    {
      name: `a join by ${joinRule} authorised by a member who may not invite`,
      versions: known,
      room: { joinRule, levels: { invite: 50 } },
      before: { '@dave:a.example': 'join' },
      event: authorised('@dave:a.example'),
      refused: 'cannot let anybody join',
    },
    {
      name: `a join by ${joinRule} that the authorising server did not sign`,
      versions: known,
      room,
      before: { [BOB]: 'join' },
      event: authorised(BOB),
      refused: 'has not signed',
    },
    { name: `a join by ${joinRule} authorised by nonsense`, versions: known, room, event: authorised('nonsense'), refused: 'has not signed' },
  ];
});

describe('auth rules: m.room.member', () => {
  for (const { name, versions: ids = ALL, room, before = {}, event, refused } of [...CASES, ...RESTRICTED]) {
    it(`${refused === undefined ? 'allows' : 'refuses'} ${name} (${ids[0]} to ${ids.at(-1)})`, () => {
      for (const id of ids) {
        const graph = RoomGraph.of(id, room);
        for (const [user, value] of Object.entries(before)) graph.member(user as UserId, value);
        const refusal = graph.refusal(event);
        if (refused === undefined) expect(refusal, `version ${id}`).to.equal(undefined);
        else expect(refusal, `version ${id}`).to.include(refused);
      }
    });
  }

  describe('the first join', () => {
    it('is open to the creator alone', () => {
      for (const id of ALL) {
        const graph = RoomGraph.created(id);
        expect(graph.refusal(membership(BOB, 'join')), id).to.include('needs an invitation');
        expect(graph.refusal(membership(ALICE, 'join')), id).to.equal(undefined);
      }
    });

    it('follows the join rules once there is anything but the create event', () => {
      const graph = RoomGraph.created('11');
      graph.put({ type: 'm.room.topic', sender: ALICE, stateKey: '' });
      expect(graph.refusal(membership(ALICE, 'join'))).to.include('needs an invitation');
    });

    it('is for the user whom the content names as creator up to version 10, for the sender later', () => {
      expect(RoomGraph.created('10', { creator: BOB }).refusal(membership(BOB, 'join'))).to.equal(undefined);
      expect(RoomGraph.created('11', { creator: BOB }).refusal(membership(BOB, 'join'))).to.include('needs an invitation');
    });
  });

  it('takes a restricted join that the foreign authorising server has signed', () => {
    const graph = RoomGraph.of('12', { joinRule: 'restricted' });
    graph.member(BOB, 'join');
    const join = graph.build(membership(CAROL, 'join', CAROL, { join_authorised_via_users_server: BOB }));
    expect(graph.refusalOf({ ...join, pdu: signJson(join.pdu, 'b.example', KEY) })).to.equal(undefined);
  });

  describe('third party invites', () => {
    const identity = createSigningKey('ed25519:0', Buffer.alloc(32, 1));
    const signed = (fields: JsonObject): JsonObject => signJson({ mxid: BOB, token: 'abc', ...fields }, 'id.example', identity);
    const invite = (content: JsonObject | undefined, sender = ALICE): Template =>
      membership(BOB, 'invite', sender, { third_party_invite: content === undefined ? {} : { display_name: 'b…', signed: content } });
    const roomWith = (keys: JsonObject): RoomGraph => {
      const graph = RoomGraph.of('11');
      graph.put({ type: 'm.room.third_party_invite', sender: ALICE, stateKey: 'abc', content: { display_name: 'b…', ...keys } });
      return graph;
    };
    const SINGLE = { public_key: identity.publicKey };

    it('are taken with the single key or one of several', () => {
      const several = { public_key: KEY.publicKey, public_keys: [{ public_key: KEY.publicKey }, { public_key: identity.publicKey }] };
      for (const keys of [SINGLE, several]) expect(roomWith(keys).refusal(invite(signed({})))).to.equal(undefined);
    });

    const refusals: [name: string, keys: JsonObject, content: JsonObject | undefined, sender: UserId, reason: string][] = [
      ['no signature block', SINGLE, undefined, ALICE, 'not signed'],
      ['no token', SINGLE, signJson({ mxid: BOB }, 'id.example', identity), ALICE, 'not signed'],
      ['a signature for another user', SINGLE, signed({ mxid: CAROL }), ALICE, 'not signed for'],
      ['an unknown token', SINGLE, signed({ token: 'xyz' }), ALICE, 'no such third party invite'],
      ['another inviter', SINGLE, signed({}), CAROL, 'not one of'],
      ['a signature by another key', { public_key: KEY.publicKey }, signed({}), ALICE, 'signature'],
      ['a block that was changed after signing', SINGLE, { ...signed({}), extra: 1 }, ALICE, 'signature'],
    ];
    for (const [name, keys, content, sender, reason] of refusals) {
      it(`are refused with ${name}`, () => expect(roomWith(keys).refusal(invite(content, sender))).to.include(reason));
    }

    it('are refused for a banned user', () => {
      const graph = roomWith(SINGLE);
      graph.member(BOB, 'ban', ALICE);
      expect(graph.refusal(invite(signed({})))).to.include('banned');
    });
  });
});
