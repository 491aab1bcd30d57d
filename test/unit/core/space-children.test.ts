import { expect } from 'chai';
import type { Event } from '../../../src/core/event.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { spaceChildren } from '../../../src/core/space-children.ts';

function child(stateKey: string, originServerTs: number, content: JsonObject): Event {
  const event: Partial<Event> = { type: 'm.space.child', stateKey, originServerTs, content: { via: ['example.org'], ...content } };
  return event as Event;
}
const order = (events: readonly Event[], suggestedOnly = false): string[] => spaceChildren(events, { suggestedOnly }).map(({ stateKey }) => stateKey);

describe('the children of a space', () => {
  it('are ordered as the example of the specification has it', () => {
    const events = [
      child('!a:example.org', 1640141000000, { order: 'aaaa' }),
      child('!b:example.org', 1640341000000, { order: ' ' }),
      child('!c:example.org', 1640841000000, { order: 'first' }),
      child('!d:example.org', 1640741000000, {}),
      child('!e:example.org', 1640641000000, {}),
    ];
    const expected = ['!b:example.org', '!a:example.org', '!c:example.org', '!e:example.org', '!d:example.org'];
    expect(order(events)).to.deep.equal(expected);
    expect(order(events.toReversed())).to.deep.equal(expected);
  });

  it('come by time where their order is the same, then by id', () => {
    const events = [child('!c:x', 2, { order: 'o' }), child('!b:x', 2, { order: 'o' }), child('!a:x', 3, { order: 'o' }), child('!d:x', 1, {})];
    expect(order(events)).to.deep.equal(['!b:x', '!c:x', '!a:x', '!d:x']);
  });

  for (const invalid of [7, '', 'é', 'x'.repeat(51), null]) {
    it(`have no order where it is ${JSON.stringify(invalid)}`, () => {
      expect(order([child('!a:x', 2, { order: invalid }), child('!b:x', 1, {}), child('!c:x', 3, { order: 'z' })])).to.deep.equal([
        '!c:x',
        '!b:x',
        '!a:x',
      ]);
    });
  }

  it('are those that name servers, and that are rooms', () => {
    const events = [child('!a:x', 1, { via: null }), child('', 2, {}), child('nothing', 3, {}), child('!b:x', 4, {})];
    expect(order(events)).to.deep.equal(['!b:x']);
  });

  it('are only the suggested ones when those are asked for', () => {
    const events = [child('!a:x', 1, { suggested: true }), child('!b:x', 2, { suggested: 'yes' }), child('!c:x', 3, {})];
    expect(order(events, true)).to.deep.equal(['!a:x']);
  });
});
