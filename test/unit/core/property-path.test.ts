import { expect } from 'chai';
import fc from 'fast-check';
import { parsePropertyPath, valueAt } from '../../../src/core/property-path.ts';

describe('property path', () => {
  const cases: [text: string, path: string[]][] = [
    ['content.body', ['content', 'body']],
    ['type', ['type']],
    ['content.m\\.relates_to.rel_type', ['content', 'm.relates_to', 'rel_type']],
    ['content.m\\\\foo', ['content', 'm\\foo']],
    ['content.m\\xfoo', ['content', 'm\\xfoo']],
    ['a\\', ['a\\']],
    ['a..b', ['a', '', 'b']],
  ];
  for (const [text, path] of cases) it(`reads ${text}`, () => void expect(parsePropertyPath(text)).to.deep.equal(path));

  it('reads back any names that are escaped', () => {
    const escape = (name: string): string => name.replace(/[.\\]/g, '\\$&');
    const names = fc.array(fc.string({ unit: fc.constantFrom('a', '.', '\\', 'x') }), { minLength: 1 });
    fc.assert(fc.property(names, (path) => void expect(parsePropertyPath(path.map(escape).join('.'))).to.deep.equal(path)));
  });

  it('finds own properties of objects only', () => {
    const root = { content: { body: 'x', list: ['y'], nothing: null } };
    expect(valueAt(root, ['content', 'body'])).to.equal('x');
    expect(valueAt(root, ['content', 'nothing'])).to.equal(null);
    expect(valueAt(root, ['content', 'list', '0'])).to.equal(undefined);
    expect(valueAt(root, ['content', 'body', 'length'])).to.equal(undefined);
    expect(valueAt(root, ['constructor'])).to.equal(undefined);
  });
});
