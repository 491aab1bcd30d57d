import { expect } from 'chai';
import fc from 'fast-check';
import { stateKeyOf, type Event, type StateMap } from '../../../src/core/event.ts';
import type { EventId, UserId } from '../../../src/core/identifiers.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { MissingEvent, resolveState } from '../../../src/core/state-resolution/resolve-state.ts';
import { ALICE, BOB, CAROL, RoomGraph, versions } from './room-graph.ts';

const resolveIds = (graph: RoomGraph, states: readonly StateMap[], rejected: readonly EventId[] = []): StateMap =>
  resolveState(graph.room.version, states, { event: (id) => graph.room.events.get(id), isRejected: (id) => rejected.includes(id) });

/** Resolves branches in every order, which must not matter, and gives the one state that comes of it. */
function resolve(first: RoomGraph, ...others: RoomGraph[]): (type: string, stateKey?: string) => Event | undefined {
  const states = [first, ...others].map((branch) => branch.stateIds);
  const resolved = resolveIds(first, states);
  expect(resolveIds(first, states.toReversed())).to.deep.equal(resolved);
  return (type, stateKey = '') => first.room.events.get(resolved.get(stateKeyOf(type, stateKey)) ?? ('' as EventId));
}

const topic = (graph: RoomGraph, sender: UserId, text: string): Event =>
  graph.put({ type: 'm.room.topic', sender, stateKey: '', content: { topic: text } });

const levels = (graph: RoomGraph, sender: UserId, users: JsonObject): Event => {
  const own: JsonObject = graph.room.version.privilegedCreators ? {} : { [ALICE]: 100 };
  return graph.put({ type: 'm.room.power_levels', sender, stateKey: '', content: { users: { ...own, ...users } } });
};

const joinRule = (graph: RoomGraph, rule: string): Event =>
  graph.put({ type: 'm.room.join_rules', sender: ALICE, stateKey: '', content: { join_rule: rule } });

/** Two branches of a room of Alice's in which Bob is a moderator and Carol a member. */
function branches(version: string): [RoomGraph, RoomGraph] {
  const graph = RoomGraph.of(version, { levels: { users: { [BOB]: 50 } } });
  graph.member(BOB, 'join');
  graph.member(CAROL, 'join');
  return [graph, graph.fork()];
}

describe('state resolution', () => {
  for (const version of versions(1, 12)) {
    describe(`version ${version}`, () => {
      it('gives back what all branches agree on', () => {
        const [left, right] = branches(version);
        topic(left, ALICE, 'same');
        right.add(left.get('m.room.topic')!);
        expect(resolveIds(left, [left.stateIds, right.stateIds])).to.deep.equal(left.stateIds);
        expect(resolveIds(left, [left.stateIds])).to.deep.equal(left.stateIds);
      });

      it('lets all in who joined at the same time', () => {
        const [left, right] = branches(version);
        const dave = left.member('@dave:d.example' as UserId, 'join');
        const erin = right.member('@erin:e.example' as UserId, 'join');
        const state = resolve(left, right);
        expect(state('m.room.member', '@dave:d.example')).to.equal(dave);
        expect(state('m.room.member', '@erin:e.example')).to.equal(erin);
      });

      it('keeps the later of two topics', () => {
        const [left, right] = branches(version);
        topic(right, BOB, 'earlier');
        left.member(CAROL, 'join'); // so that the later one is deeper as well, which is what version 1 asks for
        const later = topic(left, ALICE, 'later');
        expect(resolve(left, right)('m.room.topic')).to.equal(later);
      });
    });
  }

  describe('version 1', () => {
    it('keeps the topic of a user who was banned on another branch', () => {
      const [left, right] = branches('1');
      const ban = left.member(BOB, 'ban', ALICE);
      const set = topic(right, BOB, 'still here');
      const state = resolve(left, right);
      expect(state('m.room.member', BOB)).to.equal(ban);
      expect(state('m.room.topic')).to.equal(set);
    });

    it('follows the chain of power levels only as far as each allows the next', () => {
      const [left, right] = branches('1');
      const first = levels(left, ALICE, { [BOB]: 0 });
      right.member(CAROL, 'join');
      levels(right, BOB, { [BOB]: 50, [CAROL]: 50 });
      expect(resolve(left, right)('m.room.power_levels')).to.equal(first);
    });

    it('takes the deepest of the other events that is allowed', () => {
      const [left, right] = branches('1');
      const allowed = topic(left, ALICE, 'allowed');
      right.member(BOB, 'leave');
      left.add(right.get('m.room.member', BOB)!);
      topic(right, BOB, 'deeper but from outside');
      expect(resolve(left, right)('m.room.topic')).to.equal(allowed);
    });
  });

  for (const version of versions(2, 12)) {
    describe(`version ${version}`, () => {
      it('puts the ban of a moderator before what they did to the power levels meanwhile', () => {
        const [left, right] = branches(version);
        const before = left.get('m.room.power_levels');
        const ban = left.member(BOB, 'ban', ALICE);
        levels(right, BOB, { [BOB]: 50, [CAROL]: 50 });
        const state = resolve(left, right);
        expect(state('m.room.member', BOB)).to.equal(ban);
        expect(state('m.room.power_levels')).to.equal(before);
      });

      it('drops the topic of a user who was banned meanwhile', () => {
        const [left, right] = branches(version);
        const before = topic(left, ALICE, 'before');
        right.add(before);
        left.member(BOB, 'ban', ALICE);
        topic(right, BOB, 'still here');
        expect(resolve(left, right)('m.room.topic')).to.equal(before);
      });

      it('keeps out who joined while the room was closed', () => {
        const [left, right] = branches(version);
        const closed = joinRule(left, 'invite');
        right.member('@dave:d.example' as UserId, 'join');
        const state = resolve(left, right);
        expect(state('m.room.join_rules')).to.equal(closed);
        expect(state('m.room.member', '@dave:d.example')).to.equal(undefined);
      });

      it('puts the stronger sender first when two change the power levels', () => {
        const [left, right] = branches(version);
        levels(right, BOB, { [BOB]: 50, [CAROL]: 50 });
        const demotion = levels(left, ALICE, { [BOB]: 0 });
        expect(resolve(left, right)('m.room.power_levels')).to.equal(demotion);
      });

      it('lets a topic under newer power levels win over a later one under older', () => {
        const [left, right] = branches(version);
        levels(left, ALICE, { [BOB]: 50, [CAROL]: 10 });
        const newer = topic(left, ALICE, 'under newer power levels');
        topic(right, BOB, 'later, under older power levels');
        expect(resolve(left, right)('m.room.topic')).to.equal(newer);
      });

      it('takes the greater event id of two topics of the same time', () => {
        const [left, right] = branches(version);
        const set = (graph: RoomGraph, text: string): Event =>
          graph.put({ type: 'm.room.topic', sender: ALICE, stateKey: '', content: { topic: text }, originServerTs: 5000 });
        const [one, other] = [set(left, 'one'), set(right, 'other')];
        expect(resolve(left, right)('m.room.topic')).to.equal(one.eventId > other.eventId ? one : other);
      });

      it('resolves three branches as one', () => {
        const [left, middle] = branches(version);
        const right = left.fork();
        const ban = left.member(CAROL, 'ban', BOB);
        middle.member(BOB, 'leave', ALICE);
        topic(right, CAROL, 'from Carol, who may not');
        const state = resolve(left, middle, right);
        expect(state('m.room.topic')).to.equal(undefined);
        // Alice's kick is the stronger and comes first, so Bob is not there any more to ban Carol.
        expect(state('m.room.member', CAROL)).to.not.equal(ban);
      });

      it('does not judge an event by an auth event that was rejected', () => {
        const graph = RoomGraph.of(version, { levels: { users: { [BOB]: 50 } } });
        const rejected = graph.member(BOB, 'join');
        topic(graph, BOB, 'cites the join, in both states, so that the join itself is not resolved again');
        const before = new Map(graph.stateIds);
        before.delete(stateKeyOf('m.room.member', BOB));
        const last = graph.put({ type: 'org.example.state', sender: BOB, stateKey: '' });
        const after = new Map([...before, [stateKeyOf('org.example.state', ''), last.eventId]]);
        const key = stateKeyOf('org.example.state', '');
        expect(resolveIds(graph, [before, after]).get(key)).to.equal(last.eventId);
        expect(resolveIds(graph, [before, after], [rejected.eventId]).get(key)).to.equal(undefined);
      });
    });
  }

  describe('what version 2.1 (MSC4297) repairs', () => {
    /** A member whom one state has lost, though both agree that the room has been closed since they and another joined. */
    const lostMember = (version: string): Event | undefined => {
      const graph = RoomGraph.of(version);
      graph.member(BOB, 'join');
      graph.member(CAROL, 'join');
      joinRule(graph, 'invite');
      const complete = graph.stateIds;
      const incomplete = new Map(complete);
      incomplete.delete(stateKeyOf('m.room.member', BOB));
      const id = resolveIds(graph, [complete, incomplete]).get(stateKeyOf('m.room.member', BOB));
      return id === undefined ? undefined : graph.room.events.get(id);
    };

    it('judges a join by the join rules of its time, not by later ones that all agree on', () => {
      expect(lostMember('11')).to.equal(undefined);
      expect(lostMember('12')?.content['membership']).to.equal('join');
    });

    /** One state has kept old power levels, though both hold a topic that rests on newer ones. */
    const reset = (version: string): { old: EventId; newest: EventId; resolved: EventId | undefined } => {
      const graph = RoomGraph.of(version, { levels: { users: {} } });
      graph.member(BOB, 'join');
      const old = graph.get('m.room.power_levels')!.eventId;
      levels(graph, ALICE, { [BOB]: 90 });
      topic(graph, ALICE, 'rests on the power levels between');
      const newest = levels(graph, BOB, { [BOB]: 90, [CAROL]: 50 }).eventId;
      const key = stateKeyOf('m.room.power_levels', '');
      const current = graph.stateIds;
      return { old, newest, resolved: resolveIds(graph, [current, new Map([...current, [key, old]])]).get(key) };
    };

    it('replays what lies between two conflicting power levels, so that the newer is not refused', () => {
      const before = reset('11');
      expect(before.resolved).to.equal(before.old);
      const now = reset('12');
      expect(now.resolved).to.equal(now.newest);
    });
  });

  it('says which event it misses', () => {
    const [left, right] = branches('12');
    const missing = topic(left, ALICE, 'missing');
    left.room.events.delete(missing.eventId);
    expect(() => resolveIds(left, [left.stateIds, right.stateIds]))
      .to.throw(MissingEvent)
      .with.property('eventId', missing.eventId);
  });

  describe('properties', () => {
    const users = [ALICE, BOB, CAROL];
    const user = fc.constantFrom(...users);
    const act = fc.record({
      branch: fc.nat({ max: 2 }),
      sender: user,
      target: user,
      kind: fc.constantFrom('topic', 'join', 'leave', 'kick', 'ban', 'levels', 'open', 'close'),
      level: fc.constantFrom(0, 50, 100),
    });

    const perform = (graph: RoomGraph, { sender, target, kind, level }: { sender: UserId; target: UserId; kind: string; level: number }): void => {
      const member = (subject: UserId, membership: string) => ({ type: 'm.room.member', sender, stateKey: subject, content: { membership } });
      const templates = {
        topic: { type: 'm.room.topic', sender, stateKey: '', content: { topic: `${level}` } },
        join: member(sender, 'join'),
        leave: member(sender, 'leave'),
        kick: member(target, 'leave'),
        ban: member(target, 'ban'),
        levels: { type: 'm.room.power_levels', sender, stateKey: '', content: { users: { [BOB]: level, [CAROL]: level / 2 } } },
        open: { type: 'm.room.join_rules', sender, stateKey: '', content: { join_rule: 'public' } },
        close: { type: 'm.room.join_rules', sender, stateKey: '', content: { join_rule: 'invite' } },
      };
      const event = graph.build(templates[kind as keyof typeof templates]);
      if (graph.refusalOf(event) === undefined) graph.add(event);
    };

    for (const version of ['1', '2', '11', '12']) {
      it(`does not depend on the order or repetition of the states, nor lose what they agree on (${version})`, () => {
        fc.assert(
          fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
            const [first, second] = branches(version);
            const all = [first, second, first.fork()];
            for (const one of acts) perform(all[one.branch]!, one);
            const states = all.map((branch) => branch.stateIds);
            const [a, b, c] = states as [StateMap, StateMap, StateMap];
            const resolved = resolveIds(first, states);
            for (const other of [
              [c, b, a],
              [b, c, a, b],
            ])
              expect(resolveIds(first, other)).to.deep.equal(resolved);
            for (const [key, id] of a) if (b.get(key) === id && c.get(key) === id) expect(resolved.get(key)).to.equal(id);
          }),
          { numRuns: 40 },
        );
      });
    }
  });
});
