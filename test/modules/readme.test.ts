import { expect } from 'chai';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { boot, expectError } from '../../src/testing/index.ts';
import { parseConfig } from '../../src/config/config.ts';
import { blocksOf } from '../support/blocks-of.ts';

const root = resolve(import.meta.dirname, '../../..');
/** Inside the package, where its own name is known. */
const folder = join(root, 'build/readme');

describe('the README', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const [module = '', test = ''] = blocksOf(text, 'js');
  const [yaml = ''] = blocksOf(text, 'yaml');
  const write = (file: string, content: string): string => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
    return join(folder, file);
  };
  before(() => write('modules/no-party.js', module));
  after(() => rmSync(folder, { recursive: true }));

  it('shows a test that passes', async () => {
    await import(pathToFileURL(write('no-party.test.js', test)).href);
  });

  it('shows a configuration with which the module works', async () => {
    const { modules } = parseConfig(
      `server_name: localhost
${yaml.replace('./modules', join(folder, 'modules'))}`,
      { env: {} },
    );
    const server = await boot({ modules });
    const gatsby = await server.user('gatsby');
    const refused = await expectError(gatsby.createRoom(), 403, 'M_FORBIDDEN');
    expect(refused.body).to.have.property('error');
    await server.close();
  });
});
