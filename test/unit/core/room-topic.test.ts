import { expect } from 'chai';
import type { JsonObject } from '../../../src/core/json.ts';
import { plainTopic } from '../../../src/core/room-topic.ts';

const texts = (...list: JsonObject[]): JsonObject => ({ topic: 'old', 'm.topic': { 'm.text': list } });

describe('The plain text of a topic', () => {
  const cases: readonly [string, JsonObject, string | undefined][] = [
    ['the older key alone', { topic: 'old' }, 'old'],
    ['no topic', {}, undefined],
    ['a topic that is no text', { topic: 5 }, undefined],
    ['a text without a type', texts({ body: 'new' }), 'new'],
    ['a text among others', texts({ body: '<b>x</b>', mimetype: 'text/html' }, { body: 'new', mimetype: 'text/plain' }), 'new'],
    ['HTML alone', texts({ body: '<b>x</b>', mimetype: 'text/html' }), undefined],
    ['representations that are no list', { topic: 'old', 'm.topic': { 'm.text': 'x' } }, 'old'],
    ['representations that are no objects', { topic: 'old', 'm.topic': { 'm.text': [null, 5] } }, undefined],
  ];
  for (const [what, content, expected] of cases) {
    it(`of ${what}`, () => expect(plainTopic(content)).to.equal(expected));
  }
});
