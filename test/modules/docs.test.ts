import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseConfig } from '../../src/config/config.ts';
import { CALLBACKS } from '../../src/modules/callbacks.ts';
import * as published from '../../src/modules/public.ts';
import { blocksOf } from '../support/blocks-of.ts';

const root = resolve(import.meta.dirname, '../../..');
const examples = join(root, 'test/modules/examples');

const pages = readdirSync(join(root, 'docs/modules')).map((name) => ({ name, text: readFileSync(join(root, 'docs/modules', name), 'utf8') }));
const readmes = readdirSync(join(root, 'modules')).map((name) => ({ name, text: readFileSync(join(root, 'modules', name, 'README.md'), 'utf8') }));

describe('the author’s guide', () => {
  for (const { name, text } of pages) {
    for (const block of blocksOf(text, 'ts')) {
      const [, file = 'a file that its first line names', code = block] = /^\/\/ ([\w.-]+\.ts)\n(.*)$/s.exec(block) ?? [];
      it(`${name} shows ${file} as it is compiled and tested`, () => {
        expect(code).to.equal(readFileSync(join(examples, file), 'utf8'));
      });
    }
  }

  for (const { name, text } of [...pages, ...readmes]) {
    for (const [index, block] of blocksOf(text, 'yaml').entries()) {
      it(`${name}: configuration ${index + 1} is one`, () => {
        parseConfig(`server_name: localhost\n${block}`, { env: {} });
      });
    }
  }

  it('knows every callback, and everything that is published', () => {
    const guide = pages.map(({ text }) => text).join('\n');
    for (const name of [...Object.keys(CALLBACKS), ...Object.keys(published)]) expect(guide, name).to.contain(name);
  });
});
