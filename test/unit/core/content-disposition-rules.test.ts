import { expect } from 'chai';
import fc from 'fast-check';
import { dispositionHeader, isInlineType } from '../../../src/core/content-disposition-rules.ts';

describe('content disposition', () => {
  const types: [contentType: string, inline: boolean][] = [
    ['image/png', true],
    ['IMAGE/PNG', true],
    ['text/plain; charset=utf-8', true],
    ['text/plain ;charset=utf-8', true],
    ['application/ld+json', true],
    ['text/html', false],
    ['image/svg+xml', false],
    ['application/xhtml+xml', false],
    ['text/javascript', false],
    ['application/pdf', false],
    ['text/html;image/png', false],
    ['image/png, text/html', false],
    ['image/png\r\n', true],
    ['', false],
  ];
  for (const [contentType, inline] of types) {
    it(`is ${inline ? 'inline' : 'attachment'} for ${JSON.stringify(contentType)}`, () => {
      expect(isInlineType(contentType)).to.equal(inline);
      expect(dispositionHeader(contentType)).to.equal(inline ? 'inline' : 'attachment');
    });
  }

  const names: [filename: string, header: string][] = [
    ['filename.jpg', 'filename="filename.jpg"'],
    ['my file (1).jpg', 'filename="my file (1).jpg"'],
    ['a"b\\c', `filename="a\\"b\\\\c"; filename*=UTF-8''a%22b%5Cc`],
    ['50%41.txt', `filename="50%41.txt"; filename*=UTF-8''50%2541.txt`],
    ['naïve.txt', `filename="na_ve.txt"; filename*=UTF-8''na%C3%AFve.txt`],
    ['😀.png', `filename="_.png"; filename*=UTF-8''%F0%9F%98%80.png`],
    ["l'été*(1)", `filename="l'_t_*(1)"; filename*=UTF-8''l%27%C3%A9t%C3%A9%2A%281%29`],
    ['a\r\nSet-Cookie: b', 'filename="aSet-Cookie: b"'],
    ['\ud800', `filename="_"; filename*=UTF-8''%EF%BF%BD`],
  ];
  for (const [filename, header] of names) {
    it(`names ${JSON.stringify(filename)}`, () => void expect(dispositionHeader('image/png', filename)).to.equal(`inline; ${header}`));
  }

  it('has no name where there is none', () => {
    expect(dispositionHeader('image/png', '')).to.equal('inline');
    expect(dispositionHeader('text/html', '\r\n')).to.equal('attachment');
  });

  it('is one well-formed line for any name', () => {
    const form =
      /^inline(?:; filename="(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"(?:; filename\*=UTF-8''(?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})+)?)?$/;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => form.test(dispositionHeader('image/png', name))),
      { numRuns: 500 },
    );
  });

  it('keeps any name without control characters', () => {
    const property = fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
      fc.pre(!/[\p{Cc}\u2028\u2029]/u.test(name));
      const header = dispositionHeader('image/png', name);
      const [, encoded] = /filename\*=UTF-8''(.*)$/.exec(header) ?? [];
      const [, plain = ''] = /filename="(.*)"/.exec(header) ?? [];
      expect(encoded === undefined ? plain : decodeURIComponent(encoded)).to.equal(name);
    });
    fc.assert(property);
  });
});
