import { expect } from 'chai';
import { fillClaimsTemplate, parseClaimsTemplate } from '../../../src/core/claims-template.ts';
import { isLocalpart } from '../../../src/core/identifiers.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { mappedLocalpart } from '../../../src/core/mapped-localpart.ts';

describe('a template for claims', () => {
  const fill = (text: string, claims: JsonObject): string | undefined => fillClaimsTemplate(parseClaimsTemplate(text) ?? [], claims);

  it('has claims by name or path, and text around them', () => {
    const claims = { name: ' Alice ', number: 7, address: { country: 'Chile' }, 'https://example.org/nick': 'al' };
    expect(fill('{name}', claims)).to.equal('Alice');
    expect(fill('{name} ({number}) from {address.country}', claims)).to.equal('Alice (7) from Chile');
    expect(fill('{https://example\\.org/nick}', claims)).to.equal('al');
  });

  it('takes what is before the @ of an address', () => {
    expect(fill('{email|before_at}', { email: 'a@b@example.org' })).to.equal('a@b');
    expect(fill('{email|before_at}', { email: 'alice' })).to.equal('alice');
    expect(fill('{email|before_at}', { email: '@example.org' })).to.equal(undefined);
  });

  it('comes to nothing when a claim is missing or is no text', () => {
    for (const claims of [{}, { name: '' }, { name: null }, { name: true }, { name: ['x'] }, { name: { x: 'y' } }] as JsonObject[]) {
      expect(fill('Dr {name}', claims), JSON.stringify(claims)).to.equal(undefined);
    }
    expect(fill('{constructor.name}', {})).to.equal(undefined);
  });

  it('is refused when it has no claim, or a brace too many', () => {
    for (const text of ['', 'name', '{}', '{name', 'name}', '{name}}', '{{name}}', '{name|upper}', '{a|before_at|b}']) {
      expect(parseClaimsTemplate(text), text).to.equal(undefined);
    }
  });
});

/** https://spec.matrix.org/v1.19/appendices/#mapping-from-other-character-sets */
describe('a localpart for a name in any characters', () => {
  it('is as the specification suggests', () => {
    expect(mappedLocalpart('Alice.B_c-d/e+f')).to.equal('alice.b_c-d/e+f');
    expect(mappedLocalpart('a#b')).to.equal('a=23b');
    expect(mappedLocalpart('á')).to.equal('=c3=a1');
    expect(mappedLocalpart('a=3d')).to.equal('a=3d3d');
    expect(isLocalpart(mappedLocalpart('アリス @:\0\n'))).to.equal(true);
  });
});
