import { expect } from 'chai';
import fc from 'fast-check';
import { relevance } from '../../../../src/core/search/relevance.ts';
import { searchPhrases, searchTokens } from '../../../../src/core/search/search-tokens.ts';

describe('the tokens of a text that is searched', () => {
  const cases: readonly (readonly [text: string, tokens: readonly string[]])[] = [
    ['Hello, World!', ['hello', 'world']],
    ['Ｆｕｌｌ ｗｉｄｔｈ', ['full', 'width']],
    ['Crème brûlée', ['creme', 'brulee']],
    ['ΑΘΉΝΑ Ёлка', ['αθηνα', 'елка']],
    ['हिन्दी', ['हिन्दी']],
    ['日本語 test', ['日', '本', '語', 'test']],
    ['version2 v2.1', ['version2', 'v2', '1']],
    ['"!?" …', []],
  ];
  for (const [text, tokens] of cases) it(`of ${text}`, () => expect(searchTokens(text)).to.deep.equal(tokens));

  it('of one word may be several', () => {
    expect(searchPhrases('日本 go')).to.deep.equal([['日', '本'], ['go']]);
  });

  it('hold nothing that a query language could take for its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const token of searchTokens(text)) expect(token).to.match(/^[\p{L}\p{M}\p{N}]+$/u);
      }),
    );
  });
});

describe('the relevance of a text', () => {
  const of = (text: string, term: string): number => relevance(text, searchPhrases(term));

  it('is nothing without each of the words', () => {
    expect(of('one two', 'one three')).to.equal(0);
    expect(of('日と本', '日本')).to.equal(0);
    expect(of('日本と', '日本')).to.be.greaterThan(0);
  });

  it('grows with the occurrences, and is greater in a short text', () => {
    expect(of('cheese and cheese', 'cheese')).to.be.greaterThan(of('cheese and bread', 'cheese'));
    expect(of('cheese', 'cheese')).to.be.greaterThan(of(`cheese ${'and bread '.repeat(20)}`, 'cheese'));
  });
});
