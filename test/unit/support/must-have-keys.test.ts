import { expect } from 'chai';
import { ENDPOINTS } from '../../../src/api/endpoints.ts';
import { missingKeys, MUST_HAVE } from '../../support/must-have-keys.ts';

describe('keys that a reply must have', () => {
  const reply = { chunk: [{ event_id: '$a', 'm.relations': {} }, { event_id: '$b' }], rooms: { '!a': { name: 'A' } } };
  const cases: [path: string, isThere: boolean][] = [
    ['chunk', true],
    ['chunk/*/event_id', true],
    ['chunk/*/m.relations', false],
    ['rooms/*/name', true],
    ['rooms/*/topic', false],
    ['start', false],
    ['start?/token', true],
    ['rooms?/*/topic', false],
    ['chunk/*/event_id/deeper', false],
  ];
  for (const [path, isThere] of cases) {
    it(`${isThere ? 'finds' : 'misses'} ${path}`, () => expect(missingKeys([path], reply)).to.deep.equal(isThere ? [] : [path]));
  }

  it('are named for endpoints that there are', () => {
    expect(ENDPOINTS.map(({ method, path }) => `${method} ${path}`)).to.include.members(Object.keys(MUST_HAVE));
  });
});
