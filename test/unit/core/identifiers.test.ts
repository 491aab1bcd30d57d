import { expect } from 'chai';
import {
  domainOf,
  isEventId,
  isLocalpart,
  isRoomAlias,
  isRoomId,
  isServerName,
  isUserId,
  localpartOf,
  serverOf,
  userIdOf,
  type EventId,
  type ServerName,
} from '../../../src/core/identifiers.ts';

const LONG = 'a'.repeat(250);

describe('identifiers', () => {
  const tables: [name: string, test: (id: string) => boolean, right: string[], wrong: string[]][] = [
    [
      'server names',
      isServerName,
      ['matrix.org', 'matrix.org:8888', '1.2.3.4', '1.2.3.4:1234', '[1234:5678::abcd]', '[1234:5678::abcd]:5678', 'localhost'],
      ['', 'a b', 'a_b', 'a:', 'a:123456', 'a:b', '[::1', '::1', 'a/b', 'a?', 'é.example'],
    ],
    [
      'user ids',
      isUserId,
      ['@alice:a.example', '@a.b_c=d/e+f-g:a.example:8448', '@ALICE:a', '@:a', '@ü:a', '@a b:a', '@x:[::1]'],
      ['alice:a', '@alice', '@alice:', '@a\0:a', '@a\ud800:a', '@a:b:c', `@${LONG}:a.example`, '#a:b', ''],
    ],
    ['localparts of new users', isLocalpart, ['alice', '0', 'a._=-/+1'], ['', 'Alice', 'a b', 'a:b', 'ü', '@a']],
    [
      'room ids',
      isRoomId,
      ['!a:b.example', '!Nhcu5BS-UMnFX7hBVfVSoXiD7OgH6iRT-xyIuqDnpYQ', '!ü:b'],
      ['!a', '!:b', 'a:b', '#a:b', '!Nhcu5BS-UMnFX7hBVfVSoXiD7OgH6iRT-xyIuqDnpY', '!Nhcu5BS+UMnFX7hBVfVSoXiD7OgH6iRT/xyIuqDnpYQ', '!a\0:b'],
    ],
    ['room aliases', isRoomAlias, ['#a:b.example', '#ü ö:b'], ['#a', '#:b', 'a:b', '!a:b', '#a:b c', `#${LONG}:a.example`]],
    ['event ids', isEventId, ['$a:b', '$acR1l0raoZnm60CBwAVgqbZqoO/mYU81xysh1u7XcJk', '$x'], ['$', '', 'a', `$${LONG}aaaaaa`]],
  ];
  for (const [name, test, right, wrong] of tables) {
    it(`know ${name}`, () => {
      expect(right.filter((id) => !test(id))).to.deep.equal([]);
      expect(wrong.filter(test)).to.deep.equal([]);
    });
  }

  it('come apart at the first colon', () => {
    const alice = userIdOf('alice', '[::1]:8448' as ServerName);
    expect(alice).to.equal('@alice:[::1]:8448');
    expect([localpartOf(alice), serverOf(alice), domainOf(alice)]).to.deep.equal(['alice', '[::1]:8448', '[::1]:8448']);
    expect(domainOf('$hash' as EventId)).to.equal(undefined);
  });
});
