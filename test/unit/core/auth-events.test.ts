import { expect } from 'chai';
import { authEventKeys, checkAuthEvents, NotAllowed } from '../../../src/core/auth-rules.ts';
import { parseStateKey, type Event } from '../../../src/core/event.ts';
import { parseEvent } from '../../../src/core/events.ts';
import type { EventId, RoomId } from '../../../src/core/identifiers.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { ALICE, BOB, CAROL, RoomGraph, versionOf, versions, type Template } from './room-graph.ts';

describe('auth events', () => {
  const keys = (id: string, template: Template): string[] =>
    authEventKeys({ ...template, content: template.content ?? {} }, versionOf(id)).map((key) => parseStateKey(key).join(' ').trim());
  const member = (membership: string, content: JsonObject = {}): Template => ({
    type: 'm.room.member',
    sender: ALICE,
    stateKey: BOB,
    content: { membership, ...content },
  });
  const base = (id: string): string[] => ['m.room.power_levels', `m.room.member ${ALICE}`, ...(id === '12' ? [] : ['m.room.create'])];
  const table: [name: string, template: Template, more: (id: number) => string[]][] = [
    ['a message', { type: 'm.room.message', sender: ALICE }, () => []],
    ['an invitation', member('invite'), () => [`m.room.member ${BOB}`, 'm.room.join_rules']],
    ['a join', member('join'), () => [`m.room.member ${BOB}`, 'm.room.join_rules']],
    ['a knock', member('knock'), () => [`m.room.member ${BOB}`, 'm.room.join_rules']],
    ['a kick', member('leave'), () => [`m.room.member ${BOB}`]],
    ['a ban', member('ban'), () => [`m.room.member ${BOB}`]],
    [
      'a third party invite',
      member('invite', { third_party_invite: { signed: { token: 't' } } }),
      () => [`m.room.member ${BOB}`, 'm.room.join_rules', 'm.room.third_party_invite t'],
    ],
    [
      'a restricted join',
      member('join', { join_authorised_via_users_server: CAROL }),
      (id) => [`m.room.member ${BOB}`, 'm.room.join_rules', ...(id >= 8 ? [`m.room.member ${CAROL}`] : [])],
    ],
  ];
  for (const [name, template, more] of table) {
    it(`of ${name}`, () => {
      for (const id of versions(1, 12)) expect(keys(id, template), id).to.have.members([...base(id), ...more(Number(id))]);
    });
  }

  it('of a create event are none', () => expect(keys('11', { type: 'm.room.create', sender: ALICE, stateKey: '' })).to.deep.equal([]));

  describe('brought by an event', () => {
    const check = (graph: RoomGraph, event: Event, auth: readonly Event[], rejected?: EventId): void =>
      checkAuthEvents(event, graph.room.version, auth, (id) => id === rejected);

    for (const id of ['1', '11', '12']) {
      const graph = RoomGraph.of(id);
      const [create, own, levels, rules] = [
        graph.get('m.room.create')!,
        graph.get('m.room.member', ALICE)!,
        graph.get('m.room.power_levels')!,
        graph.get('m.room.join_rules')!,
      ];
      const event = graph.put({ type: 'm.room.message', sender: ALICE });
      const right = [own, levels, ...(id === '12' ? [] : [create])];

      it(`are taken when they are the right ones (${id})`, () => {
        expect(() => check(graph, event, right)).to.not.throw();
        expect(() => check(graph, create, [])).to.not.throw();
        expect(() => check(graph, event, right.slice(1))).to.not.throw();
      });

      it(`are refused when superfluous, twice there, rejected or of another room (${id})`, () => {
        expect(() => check(graph, event, [...right, rules])).to.throw(NotAllowed, 'm.room.join_rules');
        expect(() => check(graph, event, [...right, levels])).to.throw(NotAllowed, 'two events for m.room.power_levels');
        expect(() => check(graph, event, right, levels.eventId)).to.throw(NotAllowed, 'rejected');
        const foreign = parseEvent(levels.pdu, graph.room.version, { eventId: levels.eventId, roomId: '!other:a.example' as RoomId });
        expect(() => check(graph, event, [own, foreign])).to.throw(NotAllowed, 'another room');
        expect(() => check(graph, event, [graph.build({ type: 'm.room.message', sender: ALICE })])).to.throw(NotAllowed, 'does not belong');
      });

      it(`${id === '12' ? 'must not' : 'must'} hold the create event (${id})`, () => {
        const wrong = id === '12' ? [...right, create] : [own, levels];
        expect(() => check(graph, event, wrong)).to.throw(NotAllowed, id === '12' ? 'm.room.create' : 'lack the create event');
      });
    }
  });
});
