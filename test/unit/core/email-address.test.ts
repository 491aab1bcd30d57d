import { expect } from 'chai';
import fc from 'fast-check';
import { canonicalEmail } from '../../../src/core/email-address.ts';

/** https://spec.matrix.org/v1.19/appendices/#3pid-types */
describe('canonicalEmail', () => {
  const cases: [given: string, canonical: string | undefined][] = [
    ['bob@example.com', 'bob@example.com'],
    ['Bob+Tag@Example.COM', 'bob+tag@example.com'],
    ['Strauß@Example.com', 'strauss@example.com'],
    ['STRAUẞ@example.com', 'strauss@example.com'],
    ['ΟΔΟΣ@example.gr', 'οδοσ@example.gr'],
    ['user@bücher.example', 'user@bücher.example'],
    ['Cafe\u0301@example.com', 'caf\u00E9@example.com'],
    ['', undefined],
    ['bob', undefined],
    ['@example.com', undefined],
    ['bob@', undefined],
    ['bob@.com', undefined],
    ['bob@ex ample.com', undefined],
    ['a@b@example.com', undefined],
    ['bob@example.com\n', undefined],
    ['Bob <bob@example.com>', undefined],
    ['mailto:bob@example.com', undefined],
    ['a,b@example.com', undefined],
    ['bo\u200Bb@example.com', undefined],
  ];
  for (const [given, canonical] of cases) {
    it(`makes ${JSON.stringify(canonical)} of ${JSON.stringify(given)}`, () => expect(canonicalEmail(given)).to.equal(canonical));
  }

  it('leaves what is canonical as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.domain(), (local, domain) => {
        const once = canonicalEmail(`${local}@${domain}`);
        if (once !== undefined) expect(canonicalEmail(once)).to.equal(once);
      }),
    );
  });
});
