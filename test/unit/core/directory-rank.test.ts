import { expect } from 'chai';
import { rankCandidates } from '../../../src/core/directory-rank.ts';
import type { UserId } from '../../../src/core/identifiers.ts';

describe('the rank of users in a search', () => {
  const order = (
    words: readonly string[],
    ...candidates: readonly (readonly [id: string, name?: string | undefined, shares?: boolean])[]
  ): readonly string[] =>
    rankCandidates(
      words,
      candidates.map(([id, displayName, shares = false]) => ({ userId: `@${id}:example.org` as UserId, displayName, shares })),
    ).map(({ userId }) => userId.slice(1, userId.indexOf(':')));

  it('puts exact ids before exact names, and both before anybody known', () => {
    expect(order(['ann'], ['known', 'Ann Smith', true], ['x', 'ANN'], ['ann'])).to.deep.equal(['ann', 'x', 'known']);
  });

  it('takes a full id of several words as exact', () => {
    expect(order(['ann', 'lee', 'example', 'org'], ['ann', 'Ann Lee Example Org', true], ['ann.lee'])).to.deep.equal(['ann.lee', 'ann']);
  });

  it('puts who shares a room before who has the better name', () => {
    expect(order(['ann'], ['annabel'], ['lee', 'Lee Ann', true], ['anna', undefined, true])).to.deep.equal(['anna', 'lee', 'annabel']);
  });

  it('puts names that begin so before names with such a word, and equals by id', () => {
    expect(order(['ann'], ['b', 'Lee Ann'], ['a', 'Lee Ann'], ['z', 'Anna'], ['anne'])).to.deep.equal(['anne', 'z', 'a', 'b']);
  });
});
