import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callbacksPage } from '../../scripts/callbacks-page.ts';
import { CATEGORIES } from '../../src/modules/callbacks.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/modules/callbacks.md'), 'utf8');
const sections = new Map(page.split('\n### ').map((section) => [/^`(\w+)`/.exec(section)?.[1] ?? '', section]));
const names = Object.values(CATEGORIES).flatMap((category) => [
  ...Object.keys(category.callbacks),
  ...('neverAsked' in category ? Object.keys(category.neverAsked) : []),
]);
const ASPECTS = ['Arguments:', 'Answer: ', 'Asked: ', 'Exempt: ', 'The client sees: ', 'Synapse: '];

/** The names of the arguments in a callback's signature, as its section shows it. */
function argumentsIn(section: string): string[] {
  const [, signature = ''] = /\n```\n\w+(.*)\n```\n/.exec(section) ?? [];
  return [...signature.replaceAll(/\{[^}]*\}|<[^>]*>/g, '').matchAll(/(\w+): /g)].map(([, name = '']) => name);
}

describe('docs/modules/callbacks.md', () => {
  it('is what the types say', () => {
    expect(page, 'run: node build/scripts/generate-callbacks.js').to.equal(callbacksPage());
  });

  it('has every callback, and no other', () => {
    expect([...sections.keys()].filter((name) => name !== '')).to.have.members(names);
  });

  for (const name of names) {
    it(`tells all of ${name}`, () => {
      const section = sections.get(name) ?? '';
      for (const aspect of ASPECTS) expect(section.split(`\n- ${aspect}`), aspect).to.have.length(2);
      for (const argument of argumentsIn(section)) expect(section).to.contain(`\n  - \`${argument}\`: `);
    });
  }
});
