import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { boot, expectError } from '../../src/testing/index.ts';
import { plexus } from '../support/plexus-command.ts';

const tutorial = resolve(import.meta.dirname, '../../../test/modules/examples/tutorial');
const text = (file: string): string => readFileSync(join(tutorial, file), 'utf8');

describe('the tutorial’s module', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'plexus-tutorial-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made by create-module, and passes its tests there', async () => {
    const { stdout } = await plexus(folder, ['create-module', 'room-allowance', '--no-install']);
    expect(stdout.replace(`${folder}/`, '/home/you/plexus/').replace('npm install && ', '')).to.equal(text('created.txt'));
    const made = join(folder, 'room-allowance');
    const [imports] = /^(?:import .*\n)+/.exec(readFileSync(join(made, 'index.test.ts'), 'utf8')) ?? [];
    expect(imports)
      .to.contain("import policy from './index.ts'")
      .and.contain('node:assert')
      .and.contain('describe, it')
      .and.contain('moduleContract');
    const [, ...tests] = text('7-except/index.test.ts').split(/(?=^describe)/m);
    writeFileSync(join(made, 'index.test.ts'), `${imports}\n${tests.join('')}`);
    writeFileSync(join(made, 'index.ts'), text('7-except/index.ts'));
    expect((await plexus(made, ['test-module'])).stdout).to.match(/ℹ pass 11\n.*ℹ fail 0\n/s);
  });

  it('runs as a package, and in its next version', async () => {
    const place = join(folder, 'node_modules/plexus-room-allowance');
    const configFile = join(folder, 'config.yaml');
    const publish = (version: string): void => {
      writeFileSync(join(place, 'package.json'), text('published.json').replace('1.0.0', version));
      writeFileSync(join(place, 'index.ts'), text('7-except/index.ts').replace('0.2.0', version));
    };
    mkdirSync(place, { recursive: true });
    publish('1.0.0');
    writeFileSync(configFile, `server_name: example.org\nlisteners: [{ port: 0 }]\nlog: { level: silent }\n${text('package.yaml')}`);
    expect((await plexus(folder, ['check-config'])).stdout).to.equal(text('package-checked.txt'));
    const server = await boot({ configFile });
    const [admin, alice] = [await server.user('root', { admin: true }), await server.user('alice')];
    for (const name of ['one', 'two']) await alice.createRoom({ name });
    publish('1.1.0');
    expect(await admin.request('POST', '/_plexus/admin/v1/modules/reload', {})).to.deep.include({ started: ['room-allowance'] });
    const { modules } = (await admin.request('GET', '/_plexus/admin/v1/modules')) as { modules: { version: string }[] };
    expect(modules.map(({ version }) => version)).to.deep.equal(['1.1.0']);
    await expectError(alice.createRoom(), 403, 'M_LIMIT_EXCEEDED');
    await server.close();
  });
});
