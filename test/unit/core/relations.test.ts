import { expect } from 'chai';
import type { EventId } from '../../../src/core/identifiers.ts';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { relationOf } from '../../../src/core/relations.ts';
import { canBeThreadRoot, threadOf } from '../../../src/core/threads.ts';

const relatesTo = (relation: JsonValue): JsonObject => ({ 'm.relates_to': relation });
const child = (relType: string, eventId: string): JsonObject => relatesTo({ rel_type: relType, event_id: eventId });

describe('relation of an event', () => {
  it('is read from the content', () => {
    const thread = relatesTo({ rel_type: 'm.thread', event_id: '$a', is_falling_back: true, 'm.in_reply_to': { event_id: '$b' } });
    expect(relationOf(thread)).to.deep.equal({ relType: 'm.thread', eventId: '$a', isFallingBack: true });
    const reaction = relatesTo({ rel_type: 'm.annotation', event_id: '$a', key: '👍' });
    expect(relationOf(reaction)).to.deep.equal({ relType: 'm.annotation', eventId: '$a', key: '👍', isFallingBack: false });
  });

  const invalid: [title: string, content: JsonObject][] = [
    ['nothing', {}],
    ['a reply, which has no relation type', relatesTo({ 'm.in_reply_to': { event_id: '$b' } })],
    ['no object', relatesTo('$a')],
    ['no event id', relatesTo({ rel_type: 'm.thread' })],
    ['an event id that is none', child('m.thread', 'a')],
    ['a type that is no string', relatesTo({ rel_type: 1, event_id: '$a' })],
  ];
  for (const [title, content] of invalid) it(`is not made of ${title}`, () => void expect(relationOf(content)).to.equal(undefined));
});

/** The example of the specification: A and B are roots, I reacts to B in the main timeline. */
const room: Record<string, JsonObject> = {
  $a: {},
  $b: {},
  $c: child('m.thread', '$a'),
  $d: child('m.thread', '$b'),
  $edit: child('m.replace', '$c'),
  $reaction: child('m.annotation', '$edit'),
  $reference: child('m.reference', '$reaction'),
  $tooFar: child('m.reference', '$reference'),
  $i: child('m.annotation', '$b'),
  $orphan: child('m.annotation', '$unknown'),
  $loop: child('m.reference', '$loop'),
};

function* contentOf(eventId: EventId): Generator<never, JsonObject | undefined> {
  return room[eventId];
}

describe('thread of an event', () => {
  const cases: [eventId: string, thread: string][] = [
    ['$a', 'main'],
    ['$c', '$a'],
    ['$d', '$b'],
    ['$edit', '$a'],
    ['$reaction', '$a'],
    ['$reference', '$a'],
    ['$tooFar', 'main'],
    ['$i', 'main'],
    ['$orphan', 'main'],
    ['$loop', 'main'],
  ];
  for (const [eventId, thread] of cases) {
    it(`is ${thread} for ${eventId}`, () => {
      expect(threadOf(room[eventId] ?? {}, contentOf).next()).to.deep.equal({ done: true, value: thread });
    });
  }

  it('has no root in an event that relates to another', () => {
    expect(canBeThreadRoot({ body: 'x' })).to.equal(true);
    expect(canBeThreadRoot(relatesTo({ 'm.in_reply_to': { event_id: '$b' } }))).to.equal(true);
    expect(canBeThreadRoot(child('m.annotation', '$b'))).to.equal(false);
  });
});
