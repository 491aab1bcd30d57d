import { expect } from 'chai';
import { delegatedName, delegationLifetime, failureLifetime } from '../../../../src/core/federation/well-known.ts';
import type { JsonValue } from '../../../../src/core/json.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('/.well-known/matrix/server', () => {
  const replies: readonly [reply: JsonValue | undefined, name: string | undefined][] = [
    [{ 'm.server': 'matrix.example.org' }, 'matrix.example.org'],
    [{ 'm.server': 'matrix.example.org:443', more: 1 }, 'matrix.example.org:443'],
    [{ 'm.server': '' }, undefined],
    [{ 'm.server': 'https://matrix.example.org' }, undefined],
    [{ 'm.server': 1 }, undefined],
    [{}, undefined],
    [['m.server'], undefined],
    ['matrix.example.org', undefined],
    [undefined, undefined],
  ];
  for (const [reply, name] of replies) {
    it(`${JSON.stringify(reply) ?? 'nothing'} names ${name ?? 'nobody'}`, () => expect(delegatedName(reply)).to.equal(name));
  }

  const now = Date.parse('2026-01-01T00:00:00Z');
  const lifetimes: readonly [cacheControl: string | null, expires: string | null, lifetime: number][] = [
    [null, null, 24 * HOUR],
    ['public', null, 24 * HOUR],
    ['max-age=7200', null, 2 * HOUR],
    ['public, Max-Age="7200"', 'Thu, 01 Jan 2026 01:00:00 GMT', 2 * HOUR],
    ['s-maxage=5', null, 24 * HOUR],
    ['max-age=999999999', null, 48 * HOUR],
    ['max-age=0', null, MINUTE],
    ['no-store', null, MINUTE],
    ['private, no-cache', null, MINUTE],
    [null, 'Thu, 01 Jan 2026 03:00:00 GMT', 3 * HOUR],
    [null, 'Thu, 01 Jan 2025 03:00:00 GMT', MINUTE],
    [null, 'tomorrow', 24 * HOUR],
  ];
  for (const [cacheControl, expires, lifetime] of lifetimes) {
    it(`holds for ${lifetime / MINUTE} minutes with Cache-Control ${cacheControl ?? '-'} and Expires ${expires ?? '-'}`, () => {
      expect(delegationLifetime(cacheControl, expires, now)).to.equal(lifetime);
    });
  }

  it('is asked ever more rarely when it fails, and at least once an hour', () => {
    expect([1, 2, 3, 6, 7, 2_000].map(failureLifetime)).to.deep.equal([1, 2, 4, 32, 60, 60].map((minutes) => minutes * MINUTE));
  });
});
