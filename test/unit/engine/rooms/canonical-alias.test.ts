import { expect } from 'chai';
import type { RoomAlias } from '../../../../src/core/identifiers.ts';
import type { JsonObject } from '../../../../src/core/json.ts';
import { addedAliases, withoutAlias } from '../../../../src/engine/rooms/canonical-alias.ts';

const [ONE, TWO, SIX] = ['#one:a', '#two:a', '#six:a'] as [RoomAlias, RoomAlias, RoomAlias];

describe('Canonical aliases', () => {
  const added: readonly [JsonObject, JsonObject | undefined, string[]][] = [
    [{ alias: ONE, alt_aliases: [TWO] }, undefined, [ONE, TWO]],
    [{ alias: ONE, alt_aliases: [TWO] }, { alias: TWO }, [ONE]],
    [{ alias: ONE }, { alt_aliases: [ONE, 'nonsense'] }, []],
    [{ alt_aliases: ['nonsense', SIX] }, { alt_aliases: ['nonsense'] }, [SIX]],
    [{ alias: null }, undefined, []],
    [{ alias: '' }, { alias: ONE }, []],
  ];
  for (const [content, before, expected] of added) {
    it(`adds ${expected.join(' and ') || 'nothing'} by ${JSON.stringify(content)} after ${JSON.stringify(before)}`, () =>
      expect(addedAliases(content, before)).to.deep.equal(expected));
  }

  for (const content of [{ alias: 'one' }, { alias: 5 }, { alt_aliases: ONE }, { alt_aliases: [null] }] as JsonObject[]) {
    it(`refuses ${JSON.stringify(content)}`, () =>
      expect(() => addedAliases(content))
        .to.throw()
        .with.property('errcode', 'M_INVALID_PARAM'));
  }

  const removed: readonly [JsonObject, JsonObject | undefined][] = [
    [
      { alias: ONE, alt_aliases: [ONE, TWO], more: 1 },
      { alt_aliases: [TWO], more: 1 },
    ],
    [{ alias: TWO, alt_aliases: [ONE] }, { alias: TWO }],
    [{ alias: TWO }, undefined],
    [{}, undefined],
  ];
  for (const [content, expected] of removed) {
    it(`without ${ONE}: ${JSON.stringify(content)}`, () => expect(withoutAlias(content, ONE)).to.deep.equal(expected));
  }
});
