import { expect } from 'chai';
import type { JsonValue } from '../../../src/core/json.ts';
import { exceedsDepth } from '../../../src/core/json-limits.ts';

const nested = (depth: number): JsonValue => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as JsonValue;

describe('the depth of JSON', () => {
  const table: [JsonValue, depth: number][] = [
    [null, 0],
    ['text', 0],
    [{}, 1],
    [[1, 2], 1],
    [{ a: [{}] }, 3],
    [[[], { a: { b: [] } }], 4],
    [nested(100), 100],
  ];
  for (const [value, depth] of table) {
    it(`${JSON.stringify(value).slice(0, 30)} is ${depth} deep`, () => {
      expect(exceedsDepth(value, depth)).to.equal(false);
      expect(exceedsDepth(value, depth - 1)).to.equal(depth > 0);
    });
  }

  it('survives what JSON.parse lets through', () => {
    expect(exceedsDepth(nested(100_000), 50)).to.equal(true);
    expect(exceedsDepth(nested(100_000), 100_000)).to.equal(false);
  });
});
