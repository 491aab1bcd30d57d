import { expect } from 'chai';
import { MatrixError } from '../../../src/kernel/errors.ts';
import { formatPosition, parsePosition } from '../../../src/kernel/position-token.ts';

describe('position tokens', () => {
  it('read what they write', () => {
    for (const position of [0, 1, 42, -7, 999_999_999_999_999]) expect(parsePosition(formatPosition(position))).to.equal(position);
  });

  it('read what other roads append', () => expect(parsePosition('s12_3_4')).to.equal(12));

  for (const token of ['', 's', '12', 't12', 's1x', 's1.5', 's-', 's1e9', `s${'9'.repeat(16)}`, ' s1']) {
    it(`refuse ${JSON.stringify(token)}`, () => {
      expect(() => parsePosition(token))
        .to.throw(MatrixError)
        .with.property('errcode', 'M_INVALID_PARAM');
    });
  }
});
