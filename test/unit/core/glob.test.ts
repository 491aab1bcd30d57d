import { expect } from 'chai';
import fc from 'fast-check';
import { GlobAutomaton } from '../../../src/core/glob-automaton.ts';
import { compileGlob, compileGlobs, matchesGlob } from '../../../src/core/glob.ts';

/** The definition itself, slow: every way to split the text. */
function covers(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === '*') return covers(rest, text) || (text.length > 0 && covers(pattern, text.slice(1)));
  return text.length > 0 && (first === '?' || first === text[0]) && covers(rest, text.slice(1));
}

function occursIn(pattern: readonly string[], text: readonly string[]): boolean {
  const isBoundary = (at: number): boolean => {
    const [before, after] = [text[at - 1], text[at]];
    return before === undefined || after === undefined || !/\w/.test(before) || !/\w/.test(after);
  };
  const boundaries = Array.from({ length: text.length + 1 }, (_, at) => at).filter(isBoundary);
  return boundaries.some((start) => boundaries.some((end) => end >= start && covers(pattern, text.slice(start, end))));
}

const patterns = fc.array(fc.constantFrom('a', 'b', '*', '?', '-', '\u{1f600}'), { maxLength: 7 });
const texts = fc.array(fc.constantFrom('a', 'b', '-', '*', '\u{1f600}'), { maxLength: 8 });

describe('glob', () => {
  const cases: [pattern: string, text: string, matches: boolean][] = [
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['?', '', false],
    ['m.room.message', 'm.room.message', true],
    ['m.room.message', 'm.room.Message', false],
    ['m.room.*', 'm.room.', true],
    ['m.room.*', 'm.roomx', false],
    ['lunc?*', 'lunch plans', true],
    ['lunc?*', 'lunc', false],
    ['*.example.org', 'a.b.example.org', true],
    ['a?c', 'a\u{1f600}c', true],
    ['a??c', 'a\u{1f600}c', false],
    ['(a|b)[c]', 'a', false],
    ['\\*', '\\anything', true],
  ];
  for (const [pattern, text, matches] of cases) {
    it(`${JSON.stringify(pattern)} ${matches ? 'covers' : 'does not cover'} ${JSON.stringify(text)}`, () => {
      expect(matchesGlob(pattern, text)).to.equal(matches);
    });
  }

  it('ignores case when asked', () => {
    expect(matchesGlob('Lunc?*', 'lUNCH', { ignoreCase: true })).to.equal(true);
    expect(matchesGlob('ПРИВЕТ*', 'приветствие', { ignoreCase: true })).to.equal(true);
  });

  it('takes only the named wildcards as wildcards', () => {
    expect(matchesGlob('a?*', 'a?b', { wildcards: '*' })).to.equal(true);
    expect(matchesGlob('a?*', 'axb', { wildcards: '*' })).to.equal(false);
    expect(matchesGlob('*?', 'ab', { wildcards: '' })).to.equal(false);
  });

  it('agrees with the definition on the whole text', () => {
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => matchesGlob(pattern.join(''), text.join('')) === covers(pattern, text)),
      { numRuns: 1000 },
    );
  });

  it('agrees with the definition within words', () => {
    const property = fc.property(
      patterns,
      texts,
      (pattern, text) => compileGlob(pattern.join(''), { span: 'words' })(text.join('')) === occursIn(pattern, text),
    );
    fc.assert(property, { numRuns: 1000 });
  });

  it('agrees with the definition when the pattern is longer than one row of bits', () => {
    const long = fc.array(fc.constantFrom<string>('a', 'b'), { minLength: 60, maxLength: 70 });
    const property = fc.property(long, fc.nat(59), fc.nat(59), (text, star, question) => {
      const pattern = text.with(question, '?').toSpliced(star, 3, '*').join('');
      expect(matchesGlob(pattern, text.join(''))).to.equal(true);
      expect(matchesGlob(`${pattern}c`, text.join(''))).to.equal(false);
    });
    fc.assert(property);
  });

  it('reads each character of a hostile text once', () => {
    const body = 'a'.repeat(65_536);
    let reads = 0;
    const text = {
      length: body.length,
      codePointAt: (at: number) => {
        reads += 1;
        return body.codePointAt(at);
      },
    };
    const automaton = new GlobAutomaton('*a'.repeat(200) + 'b', '*?');
    expect(automaton.covers(text)).to.equal(false);
    expect(automaton.occursIn(text)).to.equal(false);
    expect(reads).to.equal(2 * body.length);
  });

  it('covers what any of several patterns covers', () => {
    const covers = compileGlobs(['*.example.org', 'example.ORG'], { ignoreCase: true });
    expect(['a.example.org', 'Example.org', 'example.com'].map(covers)).to.deep.equal([true, true, false]);
    expect(compileGlobs([])('')).to.equal(false);
  });
});
