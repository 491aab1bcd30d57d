import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseConfig } from '../../src/config/config.ts';
import type { ModuleManifest } from '../../src/modules/public.ts';
import { boot } from '../../src/testing/index.ts';
import { blocksOf } from '../support/blocks-of.ts';

const root = resolve(import.meta.dirname, '../../..');
const textOf = (...path: readonly string[]): string => readFileSync(join(root, ...path), 'utf8');
const names = readdirSync(join(root, 'modules'));

/** A declaration, or a class with a manifest. */
interface Bundled {
  readonly default: ModuleManifest & { readonly manifest?: ModuleManifest };
}

describe('the modules that ship with the server', () => {
  for (const name of names) {
    const configurations = blocksOf(textOf('modules', name, 'README.md'), 'yaml');

    it(`${name} shows a configuration, and starts with what it shows`, async () => {
      expect(configurations).to.not.deep.equal([]);
      for (const block of configurations) {
        const { modules, mail, public_baseurl } = parseConfig(`server_name: example.org\n${block}`, { env: {} });
        expect(modules.map(({ module }) => module)).to.deep.equal([`plexus:${name}`]);
        const config = { server_name: 'example.org', ...(mail && { mail }), ...(public_baseurl !== undefined && { public_baseurl }) };
        await (await boot({ config, modules })).close();
      }
    });

    it(`${name} says what it may do`, async () => {
      const { default: module } = (await import(pathToFileURL(join(root, 'build/modules', name, 'index.js')).href)) as Bundled;
      expect(module.permissions ?? module.manifest?.permissions).to.be.an('object');
    });

    it(`${name} is in the lists`, () => {
      expect(textOf('README.md')).to.contain(`[${name}](modules/${name})`);
      expect(textOf('docs/modules/README.md')).to.contain(`[${name}](../../modules/${name}/README.md)`);
      expect(textOf('CHANGELOG.md')).to.contain(`\`plexus:${name}\``);
    });
  }
});
