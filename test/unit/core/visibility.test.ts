import { expect } from 'chai';
import type { Event } from '../../../src/core/event.ts';
import { mayUserSee } from '../../../src/core/visibility.ts';
import { ALICE, BOB, RoomGraph } from './room-graph.ts';

const graph = RoomGraph.of('12');
const message = graph.put({ type: 'm.room.message', sender: ALICE, content: { body: 'hello' } });
const member = (membership: string): Event => graph.member(BOB, membership);
const visibility = (value: string): Event =>
  graph.put({ type: 'm.room.history_visibility', sender: ALICE, stateKey: '', content: { history_visibility: value } });

describe('history visibility', () => {
  // Who sees a message: by the membership then, and for those outside then, by whether they have joined since.
  const table: [visibility: string | undefined, membership: string | undefined, never: boolean, joinedSince: boolean][] = [
    ['world_readable', undefined, true, true],
    ['world_readable', 'leave', true, true],
    ['world_readable', 'ban', true, true],
    ['world_readable', 'join', true, true],
    ['shared', undefined, false, true],
    ['shared', 'leave', false, true],
    ['shared', 'invite', false, true],
    ['shared', 'join', true, true],
    ['invited', undefined, false, false],
    ['invited', 'leave', false, false],
    ['invited', 'knock', false, false],
    ['invited', 'invite', true, true],
    ['invited', 'join', true, true],
    ['joined', undefined, false, false],
    ['joined', 'invite', false, false],
    ['joined', 'ban', false, false],
    ['joined', 'join', true, true],
    [undefined, 'leave', false, true],
    ['nonsense', 'leave', false, true],
    ['nonsense', 'invite', false, true],
  ];
  for (const [historyVisibility, membership, never, since] of table) {
    it(`${historyVisibility ?? 'none'}, ${membership ?? 'no membership'}`, () => {
      const before = { historyVisibility, membership };
      expect(mayUserSee(BOB, message, before, false), 'never joined').to.equal(never);
      expect(mayUserSee(BOB, message, before, true), 'joined since').to.equal(since);
    });
  }

  it('shows a change of visibility to who sees either side of it', () => {
    const outside = { membership: undefined };
    expect(mayUserSee(BOB, visibility('joined'), { ...outside, historyVisibility: 'world_readable' }, false)).to.equal(true);
    expect(mayUserSee(BOB, visibility('world_readable'), { ...outside, historyVisibility: 'joined' }, false)).to.equal(true);
    expect(mayUserSee(BOB, visibility('invited'), { ...outside, historyVisibility: 'joined' }, false)).to.equal(false);
  });

  it('shows users their own coming and going, not that of others', () => {
    const joined = { historyVisibility: 'joined', membership: 'join' };
    const outside = { historyVisibility: 'joined', membership: undefined };
    for (const membership of ['leave', 'ban', 'join']) expect(mayUserSee(BOB, member(membership), joined, false)).to.equal(true);
    expect(mayUserSee(BOB, member('join'), outside, false)).to.equal(true);
    expect(mayUserSee(BOB, member('invite'), outside, false)).to.equal(false);
    expect(mayUserSee(ALICE, member('join'), outside, false)).to.equal(false);
    expect(mayUserSee(BOB, member('invite'), { ...outside, historyVisibility: 'invited' }, false)).to.equal(true);
  });
});
